"""Makes projects from the scaffold."""

from ml_api_kit.project.bake import Filling, bake_project, refuse_existing
from ml_api_kit.project.converted_filling import ConvertedFilling
from ml_api_kit.project.name import ProjectName, parse_project_name, suggest_project_name
from ml_api_kit.project.questions import Question, read_questions
from ml_api_kit.project.retrain import retrain_project
from ml_api_kit.project.template_folder import template_folder
from ml_api_kit.project.wheel import pack_wheel
from ml_api_kit.project.work_folder import WorkFolder, read_work_folder

__all__ = [
    "ConvertedFilling",
    "Filling",
    "ProjectName",
    "Question",
    "WorkFolder",
    "bake_project",
    "pack_wheel",
    "parse_project_name",
    "read_questions",
    "read_work_folder",
    "refuse_existing",
    "retrain_project",
    "suggest_project_name",
    "template_folder",
]
