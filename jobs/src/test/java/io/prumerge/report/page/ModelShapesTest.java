package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.estimate.ShapeTable;
import io.prumerge.image.Resolution;
import io.prumerge.image.size.BestFitTiling;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Figures that are built in stand beside those of their own model, not of its relatives. */
class ModelShapesTest {

  @ParameterizedTest
  @CsvSource({
    "llava-1.5-7b,         false, true",
    "llava-1.6-vicuna-7b,  true,  false", // the same decoder and tower, but more views
    "llava-1.6-mistral-7b, true,  false",
    "llava-1.6-mistral-7b, false, false", // as wide and as deep, but with fewer heads
    "llava-1.5-13b,        false, false",
    "qwen-vl,              false, false"
  })
  void aRunIsOfAModelOfAllItsDimensions(String name, boolean isTiled, boolean isSevenB) {
    ModelShapes models =
        new ModelShapes(
            Map.of("run", ShapeTable.bundled().named(name).shape()),
            isTiled
                ? Map.of("run", new BestFitTiling(List.of(new Resolution(672, 672)), 336))
                : Map.of());

    assertThat(models.runsOf("llava-1.5-7b")).hasSize(isSevenB ? 1 : 0);
  }
}
