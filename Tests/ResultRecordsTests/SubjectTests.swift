import QuantizationCore
import ResultRecords
import Testing

@Suite struct SubjectTests {
  @Test("a tensor is written as its name, a model with its data")
  func texts() {
    #expect("\(Subject.tensor("conv.weight"))" == "conv.weight")
    #expect("\(Subject.tensor("a@b"))" == "a@b")
    #expect("\(Subject.tensor("tensor:0"))" == "tensor:0")
    #expect("\(Subject.model("resnet8", data: "cifar10"))" == "model:resnet8@cifar10")
  }

  @Test(
    "every subject reads back, also tensors named like a model",
    arguments: [
      Subject.tensor("w"), .tensor("model"), .tensor("model:"), .tensor("model:a@b"),
      .tensor("tensor:model:a@b"), .tensor("tensor:tensor:model:"), .tensor("tensor:x"),
      .tensor("@"), .model("a", data: "b"),
    ])
  func roundTrip(subject: Subject) {
    #expect(Subject("\(subject)") == subject)
  }

  @Test(
    "half a model is no subject, nor is nothing",
    arguments: ["", "model:", "model:a", "model:a@", "model:@b", "model:a@b@c"])
  func faults(text: String) {
    #expect(Subject(text) == nil)
  }

  @Test("a tensor and a model of the same text are two subjects")
  func distinct() {
    #expect(Subject.tensor("model:a@b") != .model("a", data: "b"))
    #expect(Set([Subject.tensor("model:a@b"), .model("a", data: "b")]).count == 2)
    #expect(Subject.tensor("e\u{301}") != .tensor("\u{e9}"), "names are bytes")
  }

  @Test("tables hold records of models beside those of tensors, without errors of a tensor")
  func table() throws {
    let grid = CodeGrid(.symmetricNarrow, bits: try #require(BitWidth(8)))
    func record(_ subject: Subject) -> ResultRecord {
      ResultRecord(
        key: ResultRecord.Key(
          subject: subject, estimator: "minmax", grid: grid, granularity: .tensor), elements: 100,
        lanes: 12, status: .ok)
    }
    let model = record(.model("resnet8", data: "cifar10"))
    #expect(try ResultTable.records(in: ResultTable.text([model])) == [model])
    // Of a tensor of a hundred values there would be errors.
    #expect(throws: ResultTableError.self) {
      try ResultTable.records(in: ResultTable.text([record(.tensor("resnet8"))]))
    }
    let text = ResultTable.text([model]).replacing("@cifar10", with: "")
    #expect {
      try ResultTable.records(in: text)
    } throws: {
      "\($0)"
        == "row 2: column 'tensor' cannot be 'model:resnet8'; expected a name, or model:NAME@DATA"
    }
  }
}
