package io.prumerge.finetune;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.ModelFamily;
import io.prumerge.family.Families;
import io.prumerge.lang.Text;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.PromptException;
import io.prumerge.text.TokenizerException;
import io.prumerge.zoo.LlavaProcessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns conversations into token ids, and marks what is to be learnt: the answers, each with the
 * {@value #END} after it. Source: LLaVA 1.2.2, {@code llava/train/train.py}, {@code preprocess_v1};
 * {@code llava/conversation.py}, {@code SeparatorStyle.TWO}.
 *
 * <pre>
 * SYSTEM USER: &lt;image>\nQUESTION ASSISTANT: <b>ANSWER&lt;/s></b>USER: QUESTION ASSISTANT: <b>ANSWER&lt;/s></b>
 * </pre>
 *
 * <p>Ids are those of one text, encoded as in evaluation. An answer begins where the ids first
 * differ from those of the text before it. LLaVA counts the ids of pieces instead; where its counts
 * do not add up, as with an answer that itself contains " ASSISTANT: ", it warns and learns nothing
 * from the row, while here the row counts.
 */
final class ConversationEncoder {

  /** What ends an answer: {@code sep2} of the templates. */
  static final String END = "</s>";

  private static final String BEFORE = "USER: ";
  private static final String BEHIND = " ASSISTANT:";
  private static final String FORM = BEFORE + "{image}{question}" + BEHIND;

  private static final String USUAL = "vicuna_v1";

  private final LlavaTokenizer tokenizer;
  private final ConversationTemplate template;
  private final int imageId;
  private final String image;
  private final int endId;

  /**
   * @param imageId token that stands for the image
   * @param imageText an image in a prompt, with that token once
   * @throws TokenizerException if the template has another form, or the tokenizer no token for the
   *     end of an answer
   */
  ConversationEncoder(
      LlavaTokenizer tokenizer, ConversationTemplate template, int imageId, String imageText) {
    if (!isKnown(template)) {
      throw new TokenizerException(
          Text.format(
              "Cannot train with the conversation template '%s': only templates that end with '%s'"
                  + " are known with several turns, such as %s",
              template.name(), FORM, USUAL));
    }
    this.tokenizer = tokenizer;
    this.template = template;
    this.imageId = imageId;
    this.image = template.image().replace(ConversationTemplate.IMAGE_TOKEN, imageText);
    this.endId = endId(tokenizer);
  }

  private static boolean isKnown(ConversationTemplate template) {
    return template.text().endsWith(FORM);
  }

  /**
   * Returns the name of the template to train a model in: as asked or, where that is auto, the
   * model's own; but where none can be trained in, Vicuna's, if models of the family may have it.
   *
   * @throws io.prumerge.config.CheckpointException if no template is known
   */
  static String template(ModelFolders model, ModelFamily family, String asked) {
    if (!asked.equals(ConversationTemplate.AUTO) || !Families.takes(family.name(), USUAL)) {
      return LlavaProcessor.template(model, asked);
    }
    return Checkpoint.template(model)
        .filter(own -> isKnown(ConversationTemplate.named(own)))
        .orElse(USUAL);
  }

  private static int endId(LlavaTokenizer tokenizer) {
    int[] text = tokenizer.encode("a");
    int[] ended = tokenizer.encode("a" + END);
    if (ended.length != text.length + 1 || Arrays.mismatch(text, ended) != text.length) {
      throw new TokenizerException(
          "Cannot train with this tokenizer: it has no token of its own for " + END);
    }
    return ended[text.length];
  }

  /** Encodes a conversation as long as it is. */
  EncodedConversation encode(Conversation conversation) throws RowException {
    StringBuilder text = new StringBuilder();
    List<String> questions = new ArrayList<>();
    for (ConversationTurn turn : conversation.turns()) {
      requireNone(turn.question());
      requireNone(turn.answer());
      text.append(
          questions.isEmpty()
              ? template.textOnly(asked(conversation.hasImage(), turn.question()))
              : BEFORE + turn.question() + BEHIND);
      questions.add(text.toString());
      text.append(' ').append(turn.answer()).append(END);
    }
    requireReadable(text.toString());
    int[] ids = tokenizer.encode(text.toString());
    requirePlaceholders(ids, conversation.hasImage() ? 1 : 0);
    return new EncodedConversation(ids, answers(ids, questions));
  }

  private String asked(boolean withImage, String question) {
    return withImage ? (image + question).strip() : question;
  }

  private boolean[] answers(int[] ids, List<String> questions) {
    boolean[] answers = new boolean[ids.length];
    for (String before : questions) {
      int at = Arrays.mismatch(tokenizer.encode(before), ids);
      do {
        answers[at] = true;
      } while (ids[at++] != endId);
    }
    return answers;
  }

  private void requireReadable(String text) throws RowException {
    try {
      tokenizer.requireReadable(text);
    } catch (PromptException e) {
      throw new RowException(RowErrorKind.ROW_TOO_LONG, e.getMessage(), e);
    }
  }

  private static void requireNone(String text) throws RowException {
    if (text.contains(END)) {
      throw new RowException(
          RowErrorKind.ROW_TEXT,
          "a text contains " + END + ", which ends an answer: '" + text + "'");
    }
  }

  private void requirePlaceholders(int[] ids, int expected) throws RowException {
    long found = Arrays.stream(ids).filter(id -> id == imageId).count();
    if (found != expected) {
      throw new RowException(
          RowErrorKind.ROW_TEXT,
          Text.format(
              "the text has %d tokens for an image instead of %d: a turn contains its placeholder",
              found, expected));
    }
  }
}
