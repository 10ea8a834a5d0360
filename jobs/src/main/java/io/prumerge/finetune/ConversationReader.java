package io.prumerge.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.ImageName;
import io.prumerge.source.JsonLine;
import io.prumerge.text.ConversationTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads rows of LLaVA's training form.
 *
 * <pre>
 * {"id": "000000033471", "image": "coco/train2017/000000033471.jpg", "conversations": [
 *   {"from": "human", "value": "&lt;image>\nWhat are the colors of the bus?"},
 *   {"from": "gpt", "value": "The bus is white and red."}]}
 * </pre>
 *
 * <p>The placeholder may stand anywhere in the first question and is taken out of it: the template
 * places the image. A first turn of {@code gpt} is skipped. Source: LLaVA 1.2.2, {@code
 * llava/train/train.py}, {@code preprocess_multimodal} and {@code preprocess_v1}. These silently
 * ignore rows whose turns do not alternate, end with a question or have an empty answer, and fail
 * in the midst of a training for other faults; here all of them are refused by name.
 */
final class ConversationReader {

  private static final String HUMAN = "human";
  private static final String GPT = "gpt";

  private ConversationReader() {}

  /**
   * Reads a row.
   *
   * @param row its number in the file, from 0
   */
  static Conversation read(int row, JsonLine line) throws RowException {
    try {
      requireNoVideo(line);
      Optional<String> image = line.optionalText("image");
      if (image.isPresent()) {
        requireBelow(image.get());
      }
      return new Conversation(
          row, id(row, line), image.orElse(""), turns(said(line), image.isPresent()));
    } catch (DataException e) {
      throw new RowException(RowErrorKind.ROW_MALFORMED, e.getMessage(), e);
    }
  }

  /** Returns the row's own id, or its number if it has none. */
  static String id(int row, JsonLine line) {
    JsonNode id = line.object().path("id");
    return id.isValueNode() && !id.isNull() ? id.asText() : Integer.toString(row);
  }

  private static void requireNoVideo(JsonLine line) throws RowException {
    JsonNode video = line.object().path("video");
    if (!video.isMissingNode() && !video.isNull()) {
      throw new RowException(
          RowErrorKind.ROW_MALFORMED,
          "the row is about a video, "
              + video
              + ", and trainings see pictures alone: leave it out");
    }
  }

  private static void requireBelow(String image) throws RowException {
    Optional<String> problem = ImageName.problem(image);
    if (problem.isPresent()) {
      throw new RowException(RowErrorKind.IMAGE_OUTSIDE, problem.get());
    }
  }

  /** Returns who said what, from the first human turn on. */
  private static List<JsonLine> said(JsonLine line) throws RowException {
    JsonNode conversations = line.object().path("conversations");
    if (!conversations.isArray()) {
      throw new RowException(
          RowErrorKind.ROW_MALFORMED, "\"conversations\" must be an array, it is " + conversations);
    }
    List<JsonLine> said = new ArrayList<>();
    for (JsonNode turn : conversations) {
      if (!turn.isObject()) {
        throw new RowException(
            RowErrorKind.ROW_MALFORMED, "a turn must be an object, it is " + turn);
      }
      said.add(new JsonLine(line.file(), line.number(), turn));
    }
    boolean answersFirst = !said.isEmpty() && said.get(0).text("from").equals(GPT);
    return answersFirst ? said.subList(1, said.size()) : said;
  }

  private static List<ConversationTurn> turns(List<JsonLine> said, boolean withImage)
      throws RowException {
    if (said.isEmpty() || said.size() % 2 != 0) {
      throw new RowException(
          RowErrorKind.ROW_TURNS,
          said.isEmpty() ? "there are no turns" : "the last question has no answer");
    }
    List<ConversationTurn> turns = new ArrayList<>();
    for (int i = 0; i < said.size(); i += 2) {
      String question = said(said.get(i), HUMAN, i);
      String answer = said(said.get(i + 1), GPT, i + 1);
      requirePlaceholder(question, i, withImage && i == 0);
      requirePlaceholder(answer, i + 1, false);
      if (answer.isEmpty()) {
        throw new RowException(
            RowErrorKind.ROW_TURNS, Text.format("turn %d, the answer, is empty", i + 1));
      }
      turns.add(new ConversationTurn(withoutPlaceholder(question), answer));
    }
    return turns;
  }

  private static String said(JsonLine turn, String role, int number) throws RowException {
    String from = turn.text("from");
    if (!from.equals(role)) {
      throw new RowException(
          RowErrorKind.ROW_TURNS,
          Text.format("turn %d is from '%s', expected '%s'", number, from, role));
    }
    return turn.text("value");
  }

  private static void requirePlaceholder(String text, int turn, boolean expected)
      throws RowException {
    if (text.contains(ConversationTemplate.IMAGE_TOKEN) != expected) {
      throw new RowException(
          RowErrorKind.ROW_TEXT,
          Text.format(
              expected
                  ? "turn %d has no %s, but the row has an image"
                  : "turn %d contains %s, which belongs into the first question of a row with an"
                      + " image",
              turn,
              ConversationTemplate.IMAGE_TOKEN));
    }
  }

  private static String withoutPlaceholder(String question) {
    return question.contains(ConversationTemplate.IMAGE_TOKEN)
        ? question.replace(ConversationTemplate.IMAGE_TOKEN, "").strip()
        : question;
  }
}
