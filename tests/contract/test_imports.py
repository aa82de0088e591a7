import subprocess
import sys

LIST_HEAVY = """
import sys
import ml_api_kit.{package}
heavy = "pandas numpy sklearn skl2onnx onnx onnxruntime joblib scipy flask".split()
print([name for name in heavy if name in sys.modules])
"""


def heavy_imports(package):
    command = [sys.executable, "-c", LIST_HEAVY.format(package=package)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_contract_imports_no_heavy_library():
    assert heavy_imports("contract") == "[]"


def test_preprocessing_imports_no_heavy_library():
    assert heavy_imports("preprocessing") == "[]"
