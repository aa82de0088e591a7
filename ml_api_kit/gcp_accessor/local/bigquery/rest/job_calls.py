"""The REST calls that begin, show, cancel and forget jobs."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.bigquery.jobs.job_list import job_list
from ml_api_kit.gcp_accessor.local.bigquery.jobs.jobs import Jobs
from ml_api_kit.gcp_accessor.local.bigquery.rest.uploads import Uploads
from ml_api_kit.gcp_accessor.local.bigquery.rest.web import body_object, json_response

_QUERY_WITHIN_S = 0.5
_CANCELLED_WITHIN_S = 1.0


class JobCalls:
    """Answers what is asked about jobs."""

    def __init__(self, jobs: Jobs, uploads: Uploads) -> None:
        """Begin jobs among these, and loads by `uploads`."""
        self._jobs = jobs
        self._uploads = uploads

    def insert_job(self, request: Request, project: str) -> Response:
        """The new job; most have ended when they are answered.

        Clients ask for the answer of a query by a call that waits for its end. For the other kinds
        they look seldom, so that these are waited for here.
        """
        body = body_object(request)
        job = self._jobs.start(project, body)
        is_query = "query" in job.resource["configuration"]
        job.has_ended(within_s=_QUERY_WITHIN_S if is_query else None)
        return json_response(job.resource)

    def list_jobs(self, request: Request, project: str) -> Response:
        """The jobs of a project, newest first."""
        return json_response(
            job_list(self._jobs.newest_first(project), request.args, project=project)
        )

    def get_job(self, request: Request, project: str, job_id: str) -> Response:
        """One job as it is now."""
        job = self._jobs.get(project, job_id, location=job_location(request))
        return json_response(job.resource)

    def cancel_job(self, request: Request, project: str, job_id: str) -> Response:
        """The job, which was asked to stop; it may take longer than this answer to do so."""
        self._jobs.get(project, job_id, location=job_location(request))
        job = self._jobs.cancel(project, job_id, within_s=_CANCELLED_WITHIN_S)
        return json_response({"kind": "bigquery#jobCancelResponse", "job": job.resource})

    def delete_job(self, request: Request, project: str, job_id: str) -> Response:
        """Nothing, after the job and its answer were forgotten."""
        self._jobs.get(project, job_id, location=job_location(request))
        self._jobs.delete(project, job_id)
        return Response(status=204)

    def upload(self, request: Request, project: str) -> Response:
        """The job of a load whose data came with it, or where to send its data to."""
        return self._uploads.post(request, project)

    def upload_piece(self, request: Request, project: str) -> Response:
        """The job of a load whose last piece came, or how far its data is here."""
        return self._uploads.put(request, project)


def job_location(request: Request) -> str | None:
    """Where a job is looked for; None for anywhere."""
    given = request.args.get("location")
    # Google's client sends the word None where it knows no location.
    return None if given in ("None", "") else given
