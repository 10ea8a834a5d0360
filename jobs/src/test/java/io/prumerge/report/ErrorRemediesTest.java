package io.prumerge.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.console.Wording;
import io.prumerge.engine.ErrorKind;
import io.prumerge.image.codec.ForeignFormat;
import io.prumerge.metric.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("spark")
class ErrorRemediesTest {

  private static Wording of(String... errors) {
    List<Row> rows = new ArrayList<>();
    rows.add(Rows.prediction("question_id", "fine"));
    for (String error : errors) {
      rows.add(Rows.prediction("question_id", "q" + rows.size(), "answer", null, "error", error));
    }
    return ErrorRemedies.of(Rows.predictions(rows));
  }

  @Test
  void onlyServersAndDevicesAreAskedAgain() {
    assertThat(of().inCode()).isEmpty();
    assertThat(of("endpoint_failed: status 500").onCommandLine())
        .isEqualTo("--resume --retry-errors asks these questions again");
    assertThat(of("device_out_of_memory: x", "endpoint_failed: y").inCode())
        .isEqualTo("resume retryErrors asks these questions again");
  }

  @ParameterizedTest
  @EnumSource(ForeignFormat.class)
  void aFormatThatIsNotReadHasItsOwnRemedy(ForeignFormat format) {
    String error = ErrorKind.IMAGE_UNSUPPORTED.with("Not a JPEG: " + format.refusal());

    assertThat(of(error, error, "image_unsupported: Image 2 of 2: x: " + format.refusal()).inCode())
        .isEqualTo(
            "3 answers with image_unsupported: "
                + format.refusal()
                + "; then prepare the examples again, and run in a new folder");
  }

  @Test
  void eachOfSeveralKindsHasItsRemedy() {
    String heic = "image_unsupported: a: it is HEIC (a telephone's): save it as JPEG";
    assertThat(
            of(heic, heic, "image_unsupported: BMP with 3 bits", "endpoint_failed: x", "odd")
                .onCommandLine())
        .isEqualTo(
            "2 answers with image_unsupported: it is HEIC (a telephone's): save it as JPEG; 1 answer"
                + " with image_unsupported: save the pictures as PNG; where the error counts images,"
                + " ask a model that takes several; then prepare the examples again, and run in a"
                + " new folder; --resume --retry-errors endpoint_failed asks the questions of the"
                + " other 1 answer again");
    assertThat(of("prompt_empty: x", "prompt_too_long: y").onCommandLine())
        .isEqualTo(
            "1 answer with prompt_empty: give the questions a text; 1 answer with prompt_too_long:"
                + " keep fewer visual tokens, lower --max-new-tokens, or shorten the questions; then"
                + " prepare the examples again, and run in a new folder");
    assertThat(of("reduction_failed: x").inCode()).endsWith("; then run in a new folder");
    assertThat(of("odd").inCode()).as("of another version").isEmpty();
  }

  @ParameterizedTest
  @EnumSource(ErrorKind.class)
  void whatStaysAsItIsIsNotAskedAgain(ErrorKind kind) {
    boolean passes =
        Stream.of(ErrorKind.ENDPOINT_FAILED, ErrorKind.DEVICE_OUT_OF_MEMORY).anyMatch(kind::equals);

    assertThat(of(kind.with("x")).onCommandLine().contains("--retry-errors")).isEqualTo(passes);
  }
}
