#!/usr/bin/env bash
# Deploys the image to Cloud Run; with --dry-run it prints the command and does nothing.
#
#   IMAGE=... PROJECT=... REGION=... deploy/cloud_run.sh [--dry-run]
#
# The service reads its token hashes from the secret {{ cookiecutter.project_slug }}-token-hashes, and
# BigQuery as its service account, which needs the roles BigQuery Data Viewer and BigQuery Job User.
set -euo pipefail

PROJECT=${PROJECT:-{{ cookiecutter.gcp_project }}}
REGION=${REGION:-{{ cookiecutter.region }}}
SERVICE={{ cookiecutter.project_slug }}
IMAGE=${IMAGE:-$REGION-docker.pkg.dev/$PROJECT/apis/$SERVICE:latest}

command=(
  gcloud run deploy "$SERVICE"
  --project="$PROJECT"
  --region="$REGION"
  --image="$IMAGE"
  --cpu=1
  --memory=512Mi
  --concurrency=32
  --max-instances=10
  --set-env-vars="MLAPI_GCP_BACKEND=gcp,MLAPI_GCP_PROJECT=$PROJECT"
  --set-secrets="MLAPI_TOKEN_HASHES=$SERVICE-token-hashes:latest"
  --startup-probe="httpGet.path=/readyz,httpGet.port=8080"
  --liveness-probe="httpGet.path=/healthz,httpGet.port=8080"
  --allow-unauthenticated
)

case "${1:-}" in
  "") exec "${command[@]}" ;;
  --dry-run)
    printf 'Would run:\n\n'
    printf '%q ' "${command[@]}"
    printf '\n'
    ;;
  *)
    printf 'unknown argument %q; the only one is --dry-run\n' "$1" >&2
    exit 2
    ;;
esac
