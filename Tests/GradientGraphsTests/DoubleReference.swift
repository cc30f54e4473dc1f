import _TestSupport

/// How a window moves, as attributes say it.
struct WindowPlan: Sendable {
  var strides: [Int]?
  var dilations: [Int]?
  var pads: [Int]?
  var automatic: String?

  /// As attributes of a node.
  var attributes: [(name: String, value: ModelSketch.Value)] {
    var found: [(name: String, value: ModelSketch.Value)] = []
    if let strides { found.append(("strides", .ints(strides))) }
    if let dilations { found.append(("dilations", .ints(dilations))) }
    if let pads { found.append(("pads", .ints(pads))) }
    if let automatic { found.append(("auto_pad", .text(automatic))) }
    return found
  }

  /// The window over an input: all axes in full, as the definition of the operator has them.
  func resolved(kernel: [Int], input: [Int]) -> Window {
    let ones = kernel.map { _ in 1 }
    let (steps, gaps) = (strides ?? ones, dilations ?? ones)
    var begin = kernel.map { _ in 0 }
    var output = kernel
    for axis in kernel.indices {
      let extent = (kernel[axis] - 1) * gaps[axis] + 1
      switch automatic {
      case "SAME_UPPER", "SAME_LOWER":
        output[axis] = (input[axis] + steps[axis] - 1) / steps[axis]
        let total = max(0, (output[axis] - 1) * steps[axis] + extent - input[axis])
        begin[axis] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2
      default:
        begin[axis] = pads?[axis] ?? 0
        let all = begin[axis] + (pads?[kernel.count + axis] ?? 0)
        output[axis] = (input[axis] + all - extent) / steps[axis] + 1
      }
    }
    return Window(
      kernel: kernel, strides: steps, dilations: gaps, begin: begin, input: input, output: output)
  }
}

/// A window over an input of a known size.
struct Window: Sendable {
  let kernel: [Int]
  let strides: [Int]
  let dilations: [Int]
  let begin: [Int]
  let input: [Int]
  let output: [Int]

  /// Calls a function with each output, and with the element of the kernel and of the input for each
  /// element of its window that is no padding, all as indices in row-major order.
  func forEach(_ body: (_ output: Int, _ kernel: Int, _ input: Int) -> Void) {
    for place in 0..<output.reduce(1, *) {
      let at = Self.indices(place, output)
      for element in 0..<kernel.reduce(1, *) {
        let offset = Self.indices(element, kernel)
        var (source, isInside) = (0, true)
        for axis in kernel.indices {
          let index = at[axis] * strides[axis] + offset[axis] * dilations[axis] - begin[axis]
          isInside = isInside && (0..<input[axis]).contains(index)
          source = source * input[axis] + index
        }
        if isInside { body(place, element, source) }
      }
    }
  }

  private static func indices(_ place: Int, _ shape: [Int]) -> [Int] {
    var rest = place
    return shape.reversed().map { length in
      defer { rest /= length }
      return rest % length
    }.reversed()
  }
}

/// Operators in Double, as their definitions read.
enum DoubleReference {
  /// A convolution.
  static func convolution(
    _ x: [Double], _ shape: [Int], _ weights: [Double], _ weightShape: [Int], bias: [Double],
    _ window: Window, group: Int
  ) -> [Double] {
    let (batch, channels) = (shape[0], shape[1])
    let (outputs, inGroup) = (weightShape[0], weightShape[1])
    let sizes = (
      window.input.reduce(1, *), window.kernel.reduce(1, *), window.output.reduce(1, *)
    )
    var y: [Double] = []
    for sample in 0..<batch {
      for channel in 0..<outputs {
        var plane = [Double](repeating: bias[channel], count: sizes.2)
        for part in 0..<inGroup {
          let source = channel / (outputs / group) * inGroup + part
          window.forEach { place, element, input in
            plane[place] +=
              weights[(channel * inGroup + part) * sizes.1 + element]
              * x[(sample * channels + source) * sizes.0 + input]
          }
        }
        y += plane
      }
    }
    return y
  }

  /// The transpose of a convolution, of a window that moves over its output.
  static func convolutionTranspose(
    _ x: [Double], _ shape: [Int], _ weights: [Double], _ weightShape: [Int], bias: [Double],
    _ window: Window, group: Int
  ) -> [Double] {
    let (channels, outGroup) = (weightShape[0], weightShape[1])
    let sizes = (
      window.output.reduce(1, *), window.kernel.reduce(1, *), window.input.reduce(1, *)
    )
    var y: [Double] = []
    for sample in 0..<shape[0] {
      for output in 0..<outGroup * group {
        var plane = [Double](repeating: bias[output], count: sizes.2)
        let sources = channels / group
        for source in output / outGroup * sources..<(output / outGroup + 1) * sources {
          window.forEach { place, element, target in
            plane[target] +=
              weights[(source * outGroup + output % outGroup) * sizes.1 + element]
              * x[(sample * channels + source) * sizes.0 + place]
          }
        }
        y += plane
      }
    }
    return y
  }

  /// Planes [height, width] at another size: each element the weighted sum of elements of the input, by
  /// rows and by columns.
  ///
  /// - Parameter weights: The elements that an element of an axis is made of, with their weights, by the
  ///   index of the element and the length of the axis before.
  static func resized(
    _ x: [Double], _ shape: [Int], to size: [Int],
    _ weights: (_ index: Int, _ length: Int, _ scale: Double) -> [(place: Int, weight: Double)]
  ) -> [Double] {
    let (height, width) = (shape[0], shape[1])
    let scales = zip(size, shape).map { Double($0) / Double($1) }
    return (0..<x.count / (height * width)).flatMap { plane in
      (0..<size[0] * size[1]).map { index in
        var sum = 0.0
        for row in weights(index / size[1], height, scales[0]) {
          for column in weights(index % size[1], width, scales[1]) {
            sum +=
              row.weight * column.weight * x[(plane * height + row.place) * width + column.place]
          }
        }
        return sum
      }
    }
  }

  /// An average over windows of each plane.
  static func averagePool(
    _ x: [Double], planes: Int, _ window: Window, countsPadding: Bool
  ) -> [Double] {
    let (size, results) = (window.input.reduce(1, *), window.output.reduce(1, *))
    return (0..<planes).flatMap { plane in
      var sums = [Double](repeating: 0, count: results)
      var counts = sums
      window.forEach { place, _, input in
        sums[place] += x[plane * size + input]
        counts[place] += 1
      }
      if countsPadding { counts = counts.map { _ in Double(window.kernel.reduce(1, *)) } }
      return zip(sums, counts).map { $0 / $1 }
    }
  }
}
