internal import Figures
internal import Foundation
internal import Reports
internal import TensorIO

/// The files of `inspect -o`: one page about all tensors, and the figures.
struct InspectOutput {
  private let page: InspectionPage

  /// - Parameters:
  /// - inspections: The first tensors, at most as many as a page shows.
  /// - count: The number of tensors.
  init(_ inspections: [Inspection], of count: Int) {
    page = InspectionPage(inspections, of: count)
  }

  /// Creates the folder, before anything is computed for it.
  static func createDirectory(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw LabFailure.usage("\(path): the output directory cannot be created")
    }
  }

  /// Writes `inspect.html` and an SVG file for each figure.
  ///
  /// Each file is written as a whole, and none is written if one of them is an input.
  func write(to directory: String, inputs: [String]) throws {
    var outputs = OutputGuard(inputs: inputs)
    for name in page.figures.map({ "\($0.name).svg" }) + ["inspect.html"] {
      try outputs.claim("\(directory)/\(name)", for: "--output")
    }
    for figure in page.figures {
      try writeAtomically(figure.svg, to: "\(directory)/\(figure.name).svg")
    }
    try writeAtomically(page.html, to: "\(directory)/inspect.html")
    StandardError.say(
      "page: \(directory)/inspect.html with \(page.figures.count) figures as SVG beside it")
  }
}
