package import QuantizationCore

/// An option of command lines that means something to some formats only.
package enum FormatOption: String, Hashable, Sendable, CaseIterable {
  /// The version of the format.
  case version = "format-version"
  /// The first line of a TensorRT calibration cache.
  case header = "trt-header"
  /// The codes of activations, where the format does not say them.
  case codes
}

/// What a user asks of a format.
package struct FormatOptions: Sendable {
  /// ``FormatOption/version``; the codec has a default.
  package var version: String?
  /// ``FormatOption/header``.
  package var header: String?
  /// ``FormatOption/codes``.
  package var codes: CodeGrid?

  /// Nothing is asked.
  package init(version: String? = nil, header: String? = nil, codes: CodeGrid? = nil) {
    (self.version, self.header, self.codes) = (version, header, codes)
  }

  /// The options that are given.
  package var given: [FormatOption] {
    FormatOption.allCases.filter { option in
      switch option {
      case .version: version != nil
      case .header: header != nil
      case .codes: codes != nil
      }
    }
  }
}

/// All that a codec may look at besides the ranges or the file.
package struct FormatContext: Sendable {
  /// What the user asks.
  package var options: FormatOptions
  /// The tensors of the model, where it is known.
  package var model: ModelDirectory?
  /// The values of weights, where they are known: for formats that hold codes.
  package var weights: (any WeightSource)?
  /// The float model, where it is known: for formats that are a model themselves.
  package var network: (any FloatNetwork)?

  /// A context.
  package init(
    options: FormatOptions = FormatOptions(), model: ModelDirectory? = nil,
    weights: (any WeightSource)? = nil, network: (any FloatNetwork)? = nil
  ) {
    (self.options, self.model) = (options, model)
    (self.weights, self.network) = (weights, network)
  }
}

/// The values of the weights of a model.
package protocol WeightSource: Sendable {
  /// The length of each axis and the values in C order; nothing where the model has no such constant.
  ///
  /// - Throws: ``FormatFault`` where they cannot be read.
  func values(of name: String) throws(FormatFault) -> (shape: [Int], values: [Float])?
}

/// The weights of a model under the names of another tool.
struct RenamedWeights: WeightSource {
  /// The weights under the names of the model.
  let source: any WeightSource
  /// What the tool calls them.
  let names: TensorAliases

  func values(of name: String) throws(FormatFault) -> (shape: [Int], values: [Float])? {
    try source.values(of: names.ours(name))
  }
}
