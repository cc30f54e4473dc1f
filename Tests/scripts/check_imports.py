"""Checks that imports between RangeLab's modules only point down the floors of the house.

    python3 Tests/scripts/check_imports.py

Reads `import` lines of Sources/*/ and the floors below. A module may import modules of lower
floors only; that also makes the graph acyclic. Package.swift declares the same edges, and the
build checks the declarations (`--explicit-target-dependency-import-check error`).

Only modules of the product RangeLab, and the ways in from outside (the program, C), declare anything
public: nobody outside the package can import the others.
"""

import pathlib
import re
import sys

FLOORS = [
    ["CGSL", "CZlib", "COpenSSL", "CQuantizationKernels", "CIntegerKernels", "COnnxRuntime",
     "CRangeLab", "CStandardLibrary", "Processes"],
    ["QuantizationCore", "ScientificMath", "Figures", "Notebooks"],
    ["QuantizationKernels", "TensorIO", "NetworkRuntime"],
    ["RangeEstimation", "TensorSources", "ResultRecords", "ModelFiles", "IntegerLayers"],
    ["LibraryInterface", "ResultAnalysis", "RangeFiles", "GradientGraphs"],
    ["NetworkQuantization", "NetworkEvaluation"],
    ["IntegerNetworks", "NetworkTraining"],
    ["RangeFormats", "ExperimentRunner", "Reports"],
    ["LabCommands"],
    ["rangelab"],
]
# A library user of the estimators builds neither of these.
UPSTAIRS_ONLY = {"Yams": 7, "ArgumentParser": 8}
# Each C library has one door.
DOORS = {"CGSL": "ScientificMath", "CZlib": "TensorIO", "COpenSSL": "ResultRecords",
         "CQuantizationKernels": "QuantizationKernels", "CIntegerKernels": "IntegerLayers", "COnnxRuntime": "NetworkRuntime",
         "CRangeLab": "LibraryInterface",
         "SwiftProtobuf": "ModelFiles"}

# They are linked, with the Swift runtime, into the library for C, where Foundation cannot be.
WITHOUT_FOUNDATION = {"QuantizationCore", "ScientificMath", "QuantizationKernels", "RangeEstimation",
                      "LibraryInterface"}

# What test targets share; no source knows it.
TEST_SUPPORT = "_TestSupport"

PUBLIC = {"QuantizationCore", "QuantizationKernels", "RangeEstimation", "ScientificMath", "TensorIO",
          "TensorSources", "LabCommands", "LibraryInterface", "CStandardLibrary"}

floor = {module: height for height, modules in enumerate(FLOORS) for module in modules}
root = pathlib.Path(__file__).resolve().parents[2] / "Sources"
problems = [f"Sources/{d.name} stands on no floor" for d in root.iterdir() if d.name not in floor]
edges = 0
for path in sorted(root.rglob("*.swift")):
    module = path.relative_to(root).parts[0]
    text = path.read_text()
    if module not in PUBLIC and re.search(r"^[ \t]*(?:@\w+ )*public\b", text, re.M):
        problems.append(f"{path.relative_to(root.parent)}: public; expected package, as {module} is "
                        "no part of the product")
    for match in re.finditer(r"^[ \t]*(?:\w+ )?import (?:\w+ )?(\w+)", text, re.M):
        imported = match[1]
        height = floor.get(imported)
        place = f"{path.relative_to(root.parent)}: {module} imports {imported}"
        if height is not None:
            edges += 1
            if height >= floor[module]:
                problems.append(f"{place}, which is not below it")
            if DOORS.get(imported, module) != module:
                problems.append(f"{place}; its one door is {DOORS[imported]}")
        if imported == "Foundation" and module in WITHOUT_FOUNDATION:
            problems.append(f"{place}; expected CStandardLibrary, as it is part of the library for C")
        if imported == TEST_SUPPORT:
            problems.append(f"{place}, which is for tests only")
        if floor[module] < UPSTAIRS_ONLY.get(imported, 0):
            problems.append(f"{place} below floor {UPSTAIRS_ONLY[imported]}")
if problems:
    sys.exit("\n".join(problems))
print(f"{edges} imports between modules, all pointing down")
