"""Makes projects from the scaffold."""

from ml_api_kit.project.bake import bake_project, refuse_existing
from ml_api_kit.project.name import ProjectName, parse_project_name
from ml_api_kit.project.questions import Question, read_questions
from ml_api_kit.project.template_folder import template_folder
from ml_api_kit.project.wheel import pack_wheel

__all__ = [
    "ProjectName",
    "Question",
    "bake_project",
    "pack_wheel",
    "parse_project_name",
    "read_questions",
    "refuse_existing",
    "template_folder",
]
