package io.prumerge.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.finetune.TrainingInput.CheckedData;
import io.prumerge.source.DataException;
import io.prumerge.source.JsonLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversationReaderTest {

  private static final String ROW =
      """
      {"id": 7, "image": "a/b.png", "conversations": [
        {"from": "human", "value": "Where?\\n<image>"}, {"from": "gpt", "value": "here"},
        {"from": "human", "value": " And? "}, {"from": "gpt", "value": " there "}]}
      """;

  @TempDir private Path folder;

  private static Conversation read(String json) throws Exception {
    return ConversationReader.read(3, new JsonLine("t.json", 1, new ObjectMapper().readTree(json)));
  }

  @Test
  void readsTurnsAndTakesThePlaceholderOut() throws Exception {
    assertThat(read(ROW))
        .isEqualTo(
            new Conversation(
                3,
                "7",
                "a/b.png",
                List.of(
                    new ConversationTurn("Where?", "here"),
                    new ConversationTurn(" And? ", " there "))));
    Conversation text =
        read(
            """
            {"conversations": [{"from": "gpt", "value": "Hi"}, {"from": "human", "value": "Q"},
              {"from": "gpt", "value": "A"}]}
            """);
    assertThat(text)
        .isEqualTo(new Conversation(3, "3", "", List.of(new ConversationTurn("Q", "A"))));
    assertThat(text.hasImage()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"a/b.png\" | \"../b.png\" | IMAGE_OUTSIDE | image '../b.png' leaves the image folder",
        "\"a/b.png\" | \"/b.png\" | IMAGE_OUTSIDE | image '/b.png' is absolute",
        "\"a/b.png\" | \"\" | IMAGE_OUTSIDE | image '' is empty",
        "\"a/b.png\" | [\"a\"] | ROW_MALFORMED | \"image\" must be a string",
        "\"image\" | \"video\" | ROW_MALFORMED | the row is about a video, \"a/b.png\", and trainings see",
        "\"conversations\" | \"turns\" | ROW_MALFORMED | \"conversations\" must be an array",
        "{\"from\": \"gpt\", \"value\": \"here\"} | 4 | ROW_MALFORMED | a turn must be an object, it is 4",
        ", {\"from\": \"gpt\", \"value\": \" there \"} | `` | ROW_TURNS | the last question has no answer",
        "\"gpt\", \"value\": \"here\" | \"system\", \"value\": \"here\" | ROW_TURNS | turn 1 is from 'system', expected 'gpt'",
        "\"here\" | \"\" | ROW_TURNS | turn 1, the answer, is empty",
        "\"here\" | null | ROW_MALFORMED | lacks the field \"value\"",
        "Where?\\n<image> | Where? | ROW_TEXT | turn 0 has no <image>, but the row has an image",
        "And? | <image> | ROW_TEXT | turn 2 contains <image>",
        "there | <image> | ROW_TEXT | turn 3 contains <image>",
      })
  void refusesByName(String part, String other, RowErrorKind kind, String message) {
    String json = ROW.replace(part, other == null ? "" : other);
    assertThat(json).isNotEqualTo(ROW);
    RowException refused = catchThrowableOfType(RowException.class, () -> read(json));
    assertThat(refused).hasMessageContaining(message);
    assertThat(refused.kind()).isEqualTo(kind);
  }

  @Test
  void aRowWithoutTurnsIsRefused() {
    assertThatThrownBy(() -> read("{\"conversations\": []}"))
        .isInstanceOf(RowException.class)
        .hasMessage("there are no turns");
  }

  @Test
  void anyBytesAreRowsOrARefusal() throws IOException {
    byte[] whole = ("[" + ROW + "," + ROW + "]").getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("t.json");
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      byte[] bytes = whole.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, bytes);
      DataSource source =
          new DataSource(file.toUri().toString(), List.of(folder.toUri().toString()), 9);
      try {
        CheckedData data = CheckedData.of(source, new Configuration(), rows -> {});
        assertThat(data.rows()).isBetween(0, 2);
        assertThat(data.first()).as("there is no image").hasSize(data.rows());
      } catch (DataException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(50, 399);
  }
}
