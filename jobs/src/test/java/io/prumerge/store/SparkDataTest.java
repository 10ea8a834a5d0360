package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.UsageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How data of a format are named. */
class SparkDataTest {

  @Test
  void formatPathsAndOptionsAreReadAsTheyStand() {
    SparkData data =
        SparkData.of(
            "{format: csv, path: a b, options: {sep: ;, multiLine: true, maxColumns: 1e3}}");

    assertThat(data)
        .isEqualTo(
            new SparkData(
                "csv",
                List.of("a b"),
                Map.of("sep", ";", "multiLine", "true", "maxColumns", "1e3")));
    assertThat(data)
        .hasToString(
            "{format: csv, path: \"a b\", options: {maxColumns: \"1e3\", multiLine: true, sep:"
                + " \";\"}}");
    assertThat(SparkData.of("{format: orc, path: [x, /y]}").paths()).containsExactly("x", "/y");
    assertThat(SparkData.of("{format: jdbc, options: {url: 'jdbc:h2:mem:x', nullValue: ''}}"))
        .isEqualTo(
            new SparkData("jdbc", List.of(), Map.of("url", "jdbc:h2:mem:x", "nullValue", "")));
  }

  @Test
  void whatAModeLosesIsSaid() {
    assertThat(SparkData.of("{format: csv, options: {Mode: dropMalformed}}").remark().orElseThrow())
        .contains("counts them nowhere");
    assertThat(SparkData.of("{format: csv, options: {mode: FAILFAST}}").remark()).isEmpty();
  }

  @Test
  void itsTextIsReadAsItself() {
    Random random = new Random(5);
    String characters = "ab:/{}[],#&*!|>'\"%@`;\t\n\\ ~0-.eé\u20ac=?";
    for (int i = 0; i < 500; i++) {
      Map<String, String> options = new LinkedHashMap<>();
      for (int n = random.nextInt(3); n > 0; n--) {
        options.put("o" + n, text(random, characters, 0));
      }
      SparkData data =
          new SparkData(
              "f" + random.nextInt(3),
              List.of("x" + text(random, characters, 1), "/" + text(random, characters, 1)),
              options);
      if (options.values().stream().noneMatch(value -> value.matches("(?s).*//[^/?#\\s]*@.*"))) {
        assertThat(SparkData.of(data.toString())).isEqualTo(data);
      }
    }
    assertThat(SparkData.of("{format: \"null\", path: \"~\"}"))
        .isEqualTo(SparkData.of(SparkData.of("{format: \"null\", path: \"~\"}").toString()));
  }

  private static String text(Random random, String characters, int least) {
    StringBuilder text = new StringBuilder();
    for (int n = least + random.nextInt(6); n > 0; n--) {
      text.append(characters.charAt(random.nextInt(characters.length())));
    }
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{path: x} | the key 'format' is missing: it is what spark.read.format takes",
        "{format: csv, paht: x} | unknown key 'paht'; known: format, path, options; did you mean path?",
        "{format: csv, path: } | path must be a text or a list of texts",
        "{format: csv, path: {a: b}} | path must be a text or a list of texts",
        "{format: csv, options: x} | options must be keys with values",
        "{format: csv, options: {sep: [a]}} | options.sep must be a text, a number, true or false",
        "{format: csv, options: {sep: a, SEP: b}} | options.SEP stands there twice, but for capitals",
        "{format: csv, options: {Path: x}} | options.Path: name it by path, beside options",
        "{format: csv, path: x | Cannot read",
      })
  void faultsAreNamed(String text, String fault) {
    assertThatThrownBy(() -> SparkData.of(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password: hunter2",
        "fs.s3a.access.key: hunter2",
        "user: hunter2",
        "userName: hunter2",
        "url: 'jdbc:postgresql://me:hunter2@host/db'",
        "url: 'jdbc:postgresql://host/db?user=hunter2'",
        "url: 'jdbc:sqlserver://host;user=hunter2'",
        "url: 'jdbc:mysql://host/db?password=hunter2'",
        "conf: 'secret=hunter2'",
      })
  void namesAndSecretsAreRefusedAndNotShown(String option) {
    assertThatThrownBy(() -> SparkData.of("{format: jdbc, options: {" + option + "}}"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("put it into Spark's settings")
        .hasMessageNotContaining("hunter2");
  }
}
