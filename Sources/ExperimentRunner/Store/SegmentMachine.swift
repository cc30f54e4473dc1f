internal import Foundation
internal import ScientificMath

/// What computed lines of a segment, as far as their numbers may depend on it.
///
/// A segment begins with a line of it, `machine HOST<tab>PROCESSOR<tab>LIBM<tab>GSL`, which is about all lines up to
/// the next of the kind: a merged segment has several. A segment without one was written before they were.
/// Kernels of the program give the same bits on all processors; functions of libm and GSL need not in another
/// version.
struct SegmentMachine: Hashable, Sendable {
  /// The name of the machine.
  let host: String
  /// The model of its processor.
  let processor: String
  /// The C library, whose functions of mathematics were called, with its version: `glibc 2.36`.
  let libm: String
  /// The version of GSL.
  let gsl: String

  /// The machine of segments that do not say.
  static let unknown = SegmentMachine(host: "", processor: "", libm: "", gsl: "")

  /// This machine.
  static let this = SegmentMachine(
    host: word(ProcessInfo.processInfo.hostName), processor: word(Processor.name),
    libm: word(CLibrary.version), gsl: word(GSLVersion.loaded))

  private init(host: String, processor: String, libm: String, gsl: String) {
    (self.host, self.processor, self.libm, self.gsl) = (host, processor, libm, gsl)
  }

  /// Reads a line of a segment; nil if it has another number of texts.
  init?(_ line: SegmentLine) {
    let texts = line.payload.split(separator: "\t", omittingEmptySubsequences: false)
      .map(String.init)
    guard line.kind == .machine, texts.count == 4 else { return nil }
    (host, processor, libm, gsl) = (texts[0], texts[1], texts[2], texts[3])
  }

  /// The line of a segment.
  var line: SegmentLine {
    SegmentLine(.machine, [host, processor, libm, gsl].joined(separator: "\t"))
  }

  /// The libraries, `glibc 2.36 and GSL 2.7.1`; nil if they are not known.
  var libraries: String? { libm.isEmpty && gsl.isEmpty ? nil : "\(libm) and GSL \(gsl)" }

  /// A text without tabs and line ends.
  private static func word(_ text: String) -> String {
    text.split { $0.isWhitespace }.joined(separator: " ")
  }
}

/// The processor of this machine.
enum Processor {
  /// Its model as the system names it; `unknown` where it does not.
  static var name: String {
    let lines =
      (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?
      .split(separator: "\n") ?? []
    let model = lines.first { $0.hasPrefix("model name") }
    return model?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown"
  }
}

/// The C library, which has the functions of mathematics too.
private enum CLibrary {
  /// Its name and the version that is loaded, such as `glibc 2.36`; `unknown` where it does not say.
  static var version: String {
    #if canImport(Glibc)
      var text = [CChar](repeating: 0, count: 128)
      let count = confstr(Int32(_CS_GNU_LIBC_VERSION), &text, text.count)
      if count > 1, count <= text.count {
        return String(decoding: text[..<(count - 1)].map(UInt8.init(bitPattern:)), as: UTF8.self)
      }
    #endif
    return "unknown"
  }
}
