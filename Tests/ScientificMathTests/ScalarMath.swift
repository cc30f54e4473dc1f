import Foundation

/// The elementary functions the tests need, under one roof.
enum ScalarMath {
  static func log(_ x: Double) -> Double { Foundation.log(x) }
  static func exp(_ x: Double) -> Double { Foundation.exp(x) }
  static func cos(_ x: Double) -> Double { Foundation.cos(x) }
}
