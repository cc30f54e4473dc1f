internal import ModelFiles

/// A tensor less its means, divided by its deviations: `h = u r` with `u = x - mean(x)` and
/// `r = 1 / sqrt(mean(u²) + epsilon)`, means over some axes.
struct NormalizedTensor {
  /// h.
  let values: String
  /// 1 / r.
  let deviations: String
  /// The axes.
  let axes: String
}

extension GraphWriter {
  /// Normalizes a tensor over axes.
  ///
  /// Computed beside the operator, as operators hand out their statistics in float32 only, if at all.
  mutating func normalized(_ x: String, over axes: String, epsilon: Double) -> NormalizedTensor {
    let centered = add("Sub", [x, mean(x, over: axes)])
    let variance = mean(product(centered, centered), over: axes)
    let deviations = add("Sqrt", [add("Add", [variance, scalar(epsilon)])])
    return NormalizedTensor(
      values: add("Div", [centered, deviations]), deviations: deviations, axes: axes)
  }

  /// The gradient of the tensor that was normalized: `r (g - mean(g) - h mean(g h))`, for the gradient g
  /// of h.
  mutating func gradient(of tensor: NormalizedTensor, _ g: String) -> String {
    let line = product(tensor.values, mean(product(g, tensor.values), over: tensor.axes))
    let rest = add("Sub", [add("Sub", [g, mean(g, over: tensor.axes)]), line])
    return add("Div", [rest, tensor.deviations])
  }

  /// The mean over axes, which stay with the length 1.
  private mutating func mean(_ tensor: String, over axes: String) -> String {
    let sum = sum(tensor, over: axes, keepsAxes: true)
    return add("Div", [sum, add("Div", [count(of: tensor), count(of: sum)])])
  }
}
