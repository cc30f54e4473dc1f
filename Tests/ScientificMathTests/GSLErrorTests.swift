import ScientificMath
import Testing

@Suite("GSL error")
struct GSLErrorTests {
  @Test("The text names the operation, GSL's words and the code")
  func description() {
    let error = GSLError(code: 4, operation: "gsl_histogram_add")
    #expect(
      "\(error)" == "gsl_histogram_add: invalid argument supplied by user (GSL code 4)")
  }

  @Test("The named codes are those of gsl_errno.h")
  func codes() {
    #expect(GSLError.domainCode == 1)
    #expect(GSLError.rangeCode == 2)
    #expect(GSLError.invalidArgumentCode == 4)
    #expect(GSLError.outOfMemoryCode == 8)
    #expect(GSLError.iterationLimitCode == 11)
  }
}
