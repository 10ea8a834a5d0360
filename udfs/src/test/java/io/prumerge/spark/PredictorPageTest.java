package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.Param;
import org.junit.jupiter.api.Test;

/** The page's table of parameters is what the parameters say of themselves. */
class PredictorPageTest {

  @Test
  void theTableOfParametersIsWhole() throws IOException {
    LlavaPredictor predictor = new LlavaPredictor();
    String table =
        Arrays.stream(predictor.params())
            .sorted(Comparator.comparing(Param::name))
            .map(
                param ->
                    String.format(
                        "| `%s` | %s | %s |\n",
                        param.name(), value(predictor, param), param.doc().replace("<", "\\<")))
            .collect(
                Collectors.joining("", "| parameter | default | meaning |\n|---|---|---|\n", "\n"));

    assertThat(Files.readString(Path.of(System.getProperty("project.root"), "udfs/README.md")))
        .contains(table);
  }

  private static String value(LlavaPredictor predictor, Param<?> param) {
    if (!predictor.hasDefault(param)) {
      return "";
    }
    Object value = predictor.getOrDefault(param);
    String text =
        value instanceof Object[] list
            ? String.join(", ", Arrays.asList(list).toArray(String[]::new))
            : value.toString();
    return text.isEmpty() ? "" : "`" + text + "`";
  }
}
