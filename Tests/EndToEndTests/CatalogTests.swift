import _TestSupport
import Foundation
import Testing

@Suite struct CatalogTests {
  @Test(arguments: ["estimators", "sources", "metrics"])
  func `a list names everything with parameters and reference`(topic: String) throws {
    let work = try Workspace()
    let run = try work.run("list", topic, "--format", "json")
    #expect(run.code == 0 && run.messages.isEmpty)
    let entries = try jsonObjects(run.output)
    #expect(!entries.isEmpty)
    for entry in entries {
      #expect((entry["name"] as? String)?.isEmpty == false)
      #expect((entry["reference"] as? String)?.isEmpty == false, "\(entry)")
      let parameters = try #require(entry["parameters"] as? [[String: Any]])
      for parameter in parameters {
        let keys: Set = ["name", "default", "allowed", "meaning"]
        #expect(keys.isSubset(of: parameter.keys))
      }
    }
    let text = try work.run("list", topic)
    #expect(text.code == 0)
    for name in entries.compactMap({ $0["name"] as? String }) {
      #expect(text.output.contains("\(name)\n"))
    }
  }

  @Test func `every listed estimator can be used by its name`() throws {
    let work = try Workspace.sample()
    let entries = try jsonObjects(try work.run("list", "estimators", "--format", "json").output)
    let names = entries.compactMap { $0["name"] as? String }
    var answered: Set<String> = []
    for format in ["int4-narrow", "uint4-affine", "mxfp4"] {
      let run = try RangeLabProgram.run(
        ["estimate", "w.npy", "--codes", format, "--format", "json", "-e"] + names, in: work.path)
      // Some rules have no zero point, one moves nothing else, and one is for powers of two.
      #expect([0, 3].contains(run.code) && run.messages.isEmpty)
      let objects = try jsonObjects(run.output)
      try #require(objects.count == names.count)
      for (name, object) in zip(names, objects) where object["status"] as? String == "ok" {
        answered.insert(name)
      }
    }
    #expect(answered == Set(names))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completion scripts are generated`(shell: String) throws {
    let run = try Workspace().run("--generate-completion-script", shell)
    #expect(run.code == 0 && run.messages.isEmpty && run.output.contains("rangelab"))
  }

  @Test(arguments: ["--help", "help run", "estimate --help", "--version"])
  func `help and version go to standard output`(line: String) throws {
    let work = try Workspace()
    let run = try RangeLabProgram.run(line.split(separator: " ").map(String.init), in: work.path)
    #expect(run.code == 0 && run.messages.isEmpty && !run.output.isEmpty)
  }
}
