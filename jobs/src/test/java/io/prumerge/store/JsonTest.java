package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

  private record Hashes(String firstFile, @JsonSetter(nulls = Nulls.AS_EMPTY) String later) {

    Hashes {
      if (firstFile.isEmpty()) {
        throw new IllegalArgumentException("first_file is empty");
      }
    }
  }

  private record Size(int width) {}

  private record Flat(
      String name, @JsonUnwrapped Hashes hashes, List<String> all, @JsonUnwrapped Size size) {}

  private record Outer(Flat flat, int end) {}

  private static final Flat FLAT = new Flat("n", new Hashes("f", "l"), List.of("a"), new Size(3));

  @Test
  void aNestedRecordsValuesLieBetweenTheOthers() {
    String line =
        "{\"name\":\"n\",\"first_file\":\"f\",\"later\":\"l\",\"all\":[\"a\"],\"width\":3}";

    assertThat(Json.line(FLAT)).isEqualTo(line);
    assertThat(Json.read(line, Flat.class)).isEqualTo(FLAT);
    assertThat(Json.read(Json.write(new Outer(FLAT, 1)), Outer.class))
        .isEqualTo(new Outer(FLAT, 1));
    assertThat(Json.readOneOrMore("[" + line + "," + line + "]", Flat.class))
        .containsExactly(FLAT, FLAT);
    assertThat(Json.fields(FLAT))
        .isEqualTo(
            Map.of("name", "n", "first_file", "f", "later", "l", "all", List.of("a"), "width", 3));
  }

  @Test
  void isAsStrictThereAsElsewhere() {
    String line = Json.line(FLAT);

    assertThat(Json.read(line.replace("\"later\":\"l\",", ""), Flat.class).hashes().later())
        .as("a value of later versions")
        .isEmpty();
    refuses(line.replace("\"width\":3", "\"width\":null"), "null");
    refuses(line.replace(",\"width\":3", ""), "width");
    refuses(line.replace("3", "3.5"), "3.5");
    refuses(line.replace("3", "\"3\""), "String");
    refuses(line.replace("\"f\"", "\"\""), "first_file is empty");
    refuses(line.replace("\"width\"", "\"height\":1,\"width\""), "height");
    refuses(line.replace("\"width\"", "\"size\":{},\"width\""), "\"size\"");
    refuses(line + "1", "");
    refuses("null", "null in place of a document");
    refuses("[1]", "");
  }

  private static void refuses(String text, String reason) {
    assertThatIllegalArgumentException()
        .as("%s", text)
        .isThrownBy(() -> Json.read(text, Flat.class))
        .withMessageContaining(reason);
  }
}
