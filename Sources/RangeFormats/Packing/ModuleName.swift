internal import TensorIO

/// Names of tensors in files of modules: the weight `X.weight` of a module X is held in several tensors, such as
/// `X.weight_packed` and `X.weight_scale`.
enum ModuleName {
  private static let suffix = ".weight"

  /// The module of a weight; nothing for names that are not `X.weight`.
  static func module(ofWeight name: String) -> String? {
    name.removing(suffix: suffix).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The weight of a module.
  static func weight(of module: String) -> String { module + suffix }

  /// Why a weight cannot have its name in such files; nothing where it can.
  static func fault(_ name: String) -> String? {
    module(ofWeight: name) == nil
      ? "a name that does not end in '.weight', as the format has them; a table of names gives others"
      : nil
  }
}
