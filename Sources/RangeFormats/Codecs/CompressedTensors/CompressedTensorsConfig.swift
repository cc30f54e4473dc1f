internal import TensorIO

/// What `config.json` says of the weights of a compressed-tensors file.
struct CompressedTensorsConfig: Codable {
  /// How the weights of some modules are quantized.
  struct Weights: Codable, Hashable {
    /// The bits of a code.
    let bits: Int
    /// `int` or `float`.
    let type: String?
    /// Whether there are no zero points.
    let symmetric: Bool?
    /// Which values share a scale: `tensor`, `channel`, `group` and others.
    let strategy: String?
    /// The number of values in a group.
    let groupSize: Int?

    enum CodingKeys: String, CodingKey {
      case bits = "num_bits"
      case groupSize = "group_size"
      case type, symmetric, strategy
    }

    /// Whether codes are integers.
    var isInteger: Bool { type ?? "int" == "int" }

    /// Which values of a row share a scale; nothing for strategies that are not read.
    var lanes: MatrixLayout.Lanes? {
      switch (strategy, groupSize) {
      case ("tensor", _): .tensor
      case ("channel", _), ("group", -1), (nil, -1): .row
      case ("group", let size?) where size > 0, (nil, let size?) where size > 0: .group(size)
      case (nil, nil): .tensor
      default: nil
      }
    }
  }

  /// Modules that are quantized alike.
  struct Group: Codable {
    /// Names or classes of modules.
    let targets: [String]
    /// How their weights are quantized; nothing where they are not.
    let weights: Weights?
  }

  /// The part of the file that is meant.
  struct Quantization: Codable {
    /// `compressed-tensors`.
    let method: String?
    /// How codes are stored.
    let format: String?
    /// `compressed` once the codes are stored.
    let status: String?
    /// The groups by their names.
    let groups: [String: Group]
    /// Modules that are not quantized.
    let ignore: [String]?

    enum CodingKeys: String, CodingKey {
      case method = "quant_method"
      case status = "quantization_status"
      case groups = "config_groups"
      case format, ignore
    }
  }

  /// How the model is quantized.
  let quantization: Quantization

  enum CodingKeys: String, CodingKey { case quantization = "quantization_config" }
}

/// Finds out how the weights of a module are quantized.
struct CompressedTensorsSchemes {
  private var byModule: [ExactName: CompressedTensorsConfig.Weights] = [:]
  private let all: [CompressedTensorsConfig.Weights]

  /// Takes the groups of a file.
  init(_ groups: [String: CompressedTensorsConfig.Group]) {
    var all: [CompressedTensorsConfig.Weights] = []
    for (_, group) in groups.sorted(by: { $0.key < $1.key }) {
      guard let weights = group.weights else { continue }
      if !all.contains(weights) { all.append(weights) }
      for target in group.targets where byModule[ExactName(target)] == nil {
        byModule[ExactName(target)] = weights
      }
    }
    self.all = all
  }

  /// How the weights of a module are quantized.
  ///
  /// A target that is a class or a pattern says nothing here, since the file has no classes; but mostly there is only
  /// one way, or only one that the tensors of the module fit.
  ///
  /// - Throws: ``FormatFault`` where no way fits, or several.
  func weights(
    of module: String, fits: (CompressedTensorsConfig.Weights) -> Bool
  ) throws(FormatFault) -> CompressedTensorsConfig.Weights {
    if let weights = byModule[ExactName(module)] { return weights }
    if let only = all.first, all.count == 1 { return only }
    let fitting = all.filter(fits)
    guard let only = fitting.first, fitting.count == 1 else {
      throw FormatFault(
        quoted(module),
        fitting.isEmpty
          ? "no group of config.json fits its tensors"
          : "\(fitting.count) groups of config.json fit its tensors, and none names it")
    }
    return only
  }
}
