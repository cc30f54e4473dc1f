import Foundation
import ModelFiles

/// A model of nodes and constants, with an input `x` and an output `y` of Floats.
func smallModel(_ nodes: [Node], _ constants: [ModelTensor]) throws -> Model {
  // `y = x W + b`, as `onnx.helper` made it: its graph is the frame.
  let frame = """
    CAcSADq+AQoRCgF4CgFXEgFwIgZNYXRNdWwKDgoBcAoBYhIBeSIDQWRkEgZhZmZpbmUqIwgCCAMQASIY\
    AACAPwAAAEAAAEBAAACAQAAAoEAAAMBAQgFXKhUIAxABIgwAACBBAACgQQAA8EFCAWJaFAoBeBIPCg0I\
    ARIJCgMSAW4KAggCYhQKAXkSDwoNCAESCQoDEgFuCgIIA2IUCgF4Eg8KDQgBEgkKAxIBbgoCCAJiEwoB\
    VxIOCgwIARIICgIIAgoCCANCBAoAEA0=
    """
  var model = try Model(bytes: Data(base64Encoded: frame) ?? Data(), name: "small.onnx")
  model.nodes = nodes
  model.initializers = constants
  model.outputs = [ModelPort(name: "y")]
  return model
}
