// swift-tools-version: 6.2
import PackageDescription

/// One set of switches for every Swift target, so that no module is held to less than another.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "RangeLab",
  products: [
    .library(
      name: "RangeLab",
      targets: [
        "QuantizationCore", "QuantizationKernels", "RangeEstimation", "ScientificMath", "TensorIO",
        "TensorSources",
      ]),
    // The verbs, for an executable with estimators of its own.
    .library(name: "RangeLabCommands", targets: ["LabCommands"]),
    // The functions of rangelab.h, for other languages: `make c-library`.
    .library(name: "RangeLabForC", type: .dynamic, targets: ["LibraryInterface"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // Floor 0: C libraries, and programs that are run.
    .systemLibrary(
      name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"]), .brew(["gsl"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    .target(name: "CQuantizationKernels"),
    .target(name: "CRangeLab"),
    .target(name: "CIntegerKernels"),
    // glibc before 2.34 has dlopen in a library of its own.
    .target(
      name: "COnnxRuntime", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),

    .target(name: "CStandardLibrary", swiftSettings: strict),
    .target(name: "Processes", swiftSettings: strict),

    // Floor 1: vocabulary and mathematics.
    .target(name: "QuantizationCore", swiftSettings: strict),
    .target(
      name: "ScientificMath", dependencies: ["CGSL", "CStandardLibrary"], swiftSettings: strict),
    // Also floor 1: pictures, and documents that run. Neither knows anything of quantization.
    .target(name: "Figures", swiftSettings: strict),
    .target(name: "Notebooks", dependencies: ["Processes"], swiftSettings: strict),

    // Floor 2: arrays in, arrays out.
    .target(name: "TensorIO", dependencies: ["CZlib"], swiftSettings: strict),
    .target(
      name: "QuantizationKernels",
      dependencies: ["QuantizationCore", "CQuantizationKernels", "CStandardLibrary"],
      swiftSettings: strict),

    // The one door to ONNX Runtime, which is opened at run time and never linked.
    .target(name: "NetworkRuntime", dependencies: ["COnnxRuntime"], swiftSettings: strict),

    // Floor 3: estimators, tensors, records of results, and files of models.
    .target(
      name: "RangeEstimation",
      dependencies: [
        "QuantizationCore", "QuantizationKernels", "ScientificMath", "CStandardLibrary",
      ],
      swiftSettings: strict),
    .target(
      name: "TensorSources", dependencies: ["TensorIO", "ScientificMath"], swiftSettings: strict),

    .target(
      name: "ModelFiles",
      dependencies: ["TensorIO", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["Format/onnx.proto"], swiftSettings: strict),

    .target(
      name: "ResultRecords",
      dependencies: ["QuantizationCore", "TensorIO", "COpenSSL"],
      swiftSettings: strict),

    // What a quantized layer computes, in integers alone.
    .target(
      name: "IntegerLayers",
      dependencies: ["QuantizationKernels", "QuantizationCore", "CIntegerKernels"],
      swiftSettings: strict),

    // Floor 4: the library for other languages, comparisons of results, ranges of models, gradients of
    // graphs.
    .target(
      name: "LibraryInterface",
      dependencies: [
        "CRangeLab", "CStandardLibrary", "RangeEstimation", "QuantizationKernels",
        "QuantizationCore",
      ],
      swiftSettings: strict),
    .target(
      name: "ResultAnalysis",
      dependencies: ["ResultRecords", "TensorIO", "QuantizationCore", "ScientificMath"],
      swiftSettings: strict),

    .target(
      name: "RangeFiles", dependencies: ["QuantizationCore", "ResultRecords"],
      swiftSettings: strict),

    .target(
      name: "GradientGraphs", dependencies: ["ModelFiles", "TensorIO", "QuantizationCore"],
      swiftSettings: strict),

    // Floor 5: networks.
    .target(
      name: "NetworkQuantization",
      dependencies: [
        "ModelFiles", "RangeFiles", "RangeEstimation", "QuantizationKernels", "QuantizationCore",
      ],
      swiftSettings: strict),
    .target(
      name: "NetworkEvaluation",
      dependencies: ["NetworkRuntime", "ModelFiles", "TensorIO", "ScientificMath"],
      swiftSettings: strict),

    // Floor 6: networks in integers, and networks that learn.
    .target(
      name: "IntegerNetworks",
      dependencies: [
        "IntegerLayers", "NetworkQuantization", "NetworkEvaluation", "NetworkRuntime",
        "ModelFiles", "TensorIO", "QuantizationCore",
      ],
      swiftSettings: strict),
    .target(
      name: "NetworkTraining",
      dependencies: [
        "GradientGraphs", "NetworkQuantization", "NetworkEvaluation", "NetworkRuntime",
        "RangeFiles", "RangeEstimation", "ModelFiles", "TensorIO", "ScientificMath",
        "QuantizationKernels", "QuantizationCore",
      ],
      swiftSettings: strict),

    // Floor 7: ranges in the files of other tools, experiments and reports.
    .target(
      name: "RangeFormats",
      dependencies: [
        "RangeFiles", "ResultRecords", "TensorIO", "QuantizationKernels", "QuantizationCore",
        "ModelFiles", "NetworkQuantization",
      ],
      swiftSettings: strict),
    .target(
      name: "ExperimentRunner",
      dependencies: [
        "QuantizationCore", "QuantizationKernels", "RangeEstimation", "TensorSources", "TensorIO",
        "ResultRecords", "Processes", "ModelFiles", "NetworkRuntime", "NetworkQuantization",
        "NetworkEvaluation", "NetworkTraining", "RangeFiles", "ScientificMath",
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .target(
      name: "Reports",
      dependencies: [
        "ResultAnalysis", "ResultRecords", "TensorIO", "QuantizationCore", "ScientificMath",
        "Figures",
      ],
      swiftSettings: strict),

    // Floors 8 and 9: the command line.
    .target(
      name: "LabCommands",
      dependencies: [
        "ExperimentRunner", "Reports", "ResultAnalysis", "ResultRecords", "TensorSources",
        "TensorIO", "RangeEstimation", "QuantizationKernels", "QuantizationCore", "Figures",
        "Notebooks", "ScientificMath", "ModelFiles", "NetworkRuntime", "NetworkQuantization",
        "NetworkEvaluation", "RangeFiles", "RangeFormats", "IntegerNetworks", "NetworkTraining",
        "GradientGraphs", "IntegerLayers",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "rangelab",
      dependencies: [
        "LabCommands", "RangeEstimation",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // What several test targets use; part of no product.
    .target(
      name: "_TestSupport", dependencies: ["QuantizationCore", "Figures", "NetworkRuntime"],
      path: "Tests/TestSupport", swiftSettings: strict),

    .testTarget(
      name: "QuantizationCoreTests", dependencies: ["QuantizationCore", "_TestSupport"],
      exclude: ["ml_dtypes_formats.json"], swiftSettings: strict),
    .testTarget(
      name: "QuantizationKernelsTests",
      dependencies: ["QuantizationKernels", "QuantizationCore", "_TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "RangeEstimationTests",
      dependencies: [
        "RangeEstimation", "QuantizationKernels", "QuantizationCore", "ScientificMath", "TensorIO",
        "_TestSupport",
      ],
      exclude: ["peer_blocks.json"], swiftSettings: strict),
    .testTarget(
      name: "LibraryInterfaceTests",
      dependencies: ["LibraryInterface", "CRangeLab", "_TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "ResultRecordsTests", dependencies: ["ResultRecords", "QuantizationCore"],
      swiftSettings: strict),
    .testTarget(
      name: "ResultAnalysisTests",
      dependencies: [
        "ResultAnalysis", "ResultRecords", "QuantizationCore", "ScientificMath", "TensorIO",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FiguresTests", dependencies: ["Figures", "_TestSupport"], swiftSettings: strict),
    .testTarget(name: "NotebooksTests", dependencies: ["Notebooks"], swiftSettings: strict),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "Reports", "ResultAnalysis", "ResultRecords", "QuantizationCore", "Figures", "TensorIO",
        "_TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ExperimentRunnerTests",
      dependencies: [
        "ExperimentRunner", "QuantizationKernels", "QuantizationCore", "RangeEstimation",
        "ResultRecords", "TensorSources", "TensorIO", "NetworkEvaluation", "NetworkQuantization",
        "NetworkRuntime", "_TestSupport",
      ],
      swiftSettings: strict),
    // The command line with an estimator more, as another package would have it.
    .executableTarget(
      name: "example-lab", dependencies: ["LabCommands", "RangeEstimation", "QuantizationCore"],
      path: "Tests/ExampleLab", swiftSettings: strict),
    // Runs the built programs as a user does; the dependency has them built first.
    .testTarget(
      name: "EndToEndTests", dependencies: ["rangelab", "example-lab", "_TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ScientificMathTests", dependencies: ["ScientificMath"],
      exclude: ["scipy_statistics.json"], swiftSettings: strict),
    .testTarget(
      name: "TensorIOTests", dependencies: ["TensorIO", "CZlib", "_TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "NetworkRuntimeTests", dependencies: ["NetworkRuntime", "_TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ModelFilesTests", dependencies: ["ModelFiles", "_TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "NetworkQuantizationTests",
      dependencies: [
        "NetworkQuantization", "ModelFiles", "RangeFiles", "QuantizationKernels",
        "QuantizationCore", "NetworkRuntime", "ResultRecords", "_TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RangeFormatsTests",
      dependencies: [
        "RangeFormats", "RangeFiles", "QuantizationCore", "TensorIO", "ModelFiles", "_TestSupport",
      ],
      exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "NetworkEvaluationTests",
      dependencies: [
        "NetworkEvaluation", "NetworkRuntime", "ModelFiles", "TensorIO", "_TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "IntegerLayersTests",
      dependencies: [
        "IntegerLayers", "QuantizationCore", "ModelFiles", "NetworkRuntime", "_TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "GradientGraphsTests",
      dependencies: ["GradientGraphs", "ModelFiles", "NetworkRuntime", "TensorIO", "_TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "IntegerNetworksTests",
      dependencies: [
        "IntegerNetworks", "IntegerLayers", "NetworkQuantization", "NetworkEvaluation",
        "NetworkRuntime", "ModelFiles", "QuantizationCore", "_TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "NetworkTrainingTests",
      dependencies: [
        "NetworkTraining", "GradientGraphs", "NetworkQuantization", "NetworkEvaluation",
        "NetworkRuntime", "RangeFiles", "ModelFiles", "TensorIO", "QuantizationCore",
        "_TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TensorSourcesTests", dependencies: ["TensorSources", "TensorIO", "ScientificMath"],
      swiftSettings: strict),
  ]
)
