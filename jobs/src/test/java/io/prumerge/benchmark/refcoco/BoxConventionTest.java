package io.prumerge.benchmark.refcoco;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.Goldens;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares with the evaluators, whose code made refcoco_boxes.jsonl.gz. */
class BoxConventionTest {

  private static final PictureSize WIDE = new PictureSize(200, 100);

  private final Map<BoxConvention, int[]> own = new EnumMap<>(BoxConvention.class);

  @Test
  void saysWhatTheEvaluatorsSay() throws IOException {
    int lines = Goldens.read("refcoco_boxes.jsonl.gz", this::compare);

    assertThat(lines).isEqualTo(4_000);
    assertThat(own).hasSize(BoxConvention.values().length);
    own.forEach(
        (convention, counts) ->
            assertThat(3 * counts[1])
                .as("%s: of %d answers in its grammar, those right", convention, counts[0])
                .isGreaterThan(counts[0]));
  }

  private void compare(JsonNode line) {
    PictureSize picture =
        new PictureSize(line.get("width").intValue(), line.get("height").intValue());
    JsonNode box = line.get("bbox");
    BoundingBox annotated = corners(box, number -> number);
    BoundingBox inTable = corners(box, number -> (float) number);
    for (BoxConvention convention : BoxConvention.values()) {
      BoundingBox gold = convention == BoxConvention.LMMS_EVAL ? inTable : annotated;
      JsonNode expected = line.get(convention.label());
      Optional<BoundingBox> said = convention.read(line.get("answer").textValue());
      double iou = said.isPresent() ? convention.iou(said.get(), gold, picture) : 0;
      assertThat(said.isPresent() && convention.isRight(iou) ? 1 : 0)
          .as("%s of %s", convention, line)
          .isEqualTo(expected.get(0).intValue());
      double overlap = expected.get(1).isNumber() ? expected.get(1).doubleValue() : 0;
      assertThat(iou).as("%s of %s", convention, line).isEqualTo(overlap);
    }
    BoxConvention grammar = BoxConvention.of(line.get("grammar").textValue());
    int[] counts = own.computeIfAbsent(grammar, key -> new int[2]);
    counts[0]++;
    counts[1] += line.get(grammar.label()).get(0).intValue();
  }

  private static BoundingBox corners(JsonNode box, DoubleUnaryOperator stored) {
    double left = stored.applyAsDouble(box.get(0).doubleValue());
    double top = stored.applyAsDouble(box.get(1).doubleValue());
    return new BoundingBox(
        left,
        top,
        left + stored.applyAsDouble(box.get(2).doubleValue()),
        top + stored.applyAsDouble(box.get(3).doubleValue()));
  }

  /** The box is the picture's left half: [0, 0.25, 0.5, 0.75] of the padded square. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LLAVA | [0, 0.25, 0.5, 0.75] | 1",
        "LLAVA | [0, 0, 0.5, 1] | 0.5",
        "LLAVA | [0, 250, 500, 750] | 1",
        "SHIKRA | [0.000,0.250,0.500,0.750] | 1",
        "SHIKRA | [0.000,0.000,0.500,1.000] | 0.5",
        "QWEN_VL | (0,0),(499.5,999) | 1",
        "LMMS_EVAL | [0, 0, 0.5, 1] | 1",
        "LMMS_EVAL | [0, 0.25, 0.5, 0.75] | 0.5"
      })
  void theFrameIsTheConventions(BoxConvention convention, String answer, double iou) {
    BoundingBox said = convention.read(answer).orElseThrow();

    assertThat(convention.iou(said, new BoundingBox(0, 0, 100, 100), WIDE)).isEqualTo(iou);
  }

  @Test
  void halfIsEnoughForAllButShikra() {
    for (BoxConvention convention : BoxConvention.values()) {
      assertThat(convention.isRight(0.5))
          .as(convention.label())
          .isEqualTo(convention != BoxConvention.SHIKRA);
      assertThat(convention.isRight(Math.nextDown(0.5))).isFalse();
      assertThat(convention.isRight(Math.nextUp(0.5))).isTrue();
    }
  }
}
