package io.prumerge.text;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.service.Unknown;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A conversation template: the text around one user turn, up to where the answer begins. The known
 * templates are in {@code conversations.json} next to this class: LLaVA's own ({@code
 * llava/conversation.py}, with the names that its evaluation scripts take as conv-mode), llava-hf's
 * chat template, those for questions with short answers of LAVIS (salesforce/LAVIS 506965b, {@code
 * lavis/projects/blip2/eval}; {@code instructblip}) and of BLIP-2 with OPT (arXiv 2301.12597,
 * section 4.2; {@code blip2}), InternVL's own ({@code internvl2_5}) and that of its folders in
 * Hugging Face's layout ({@code internvl_hf}), the chat templates of SmolVLM's and Idefics3's
 * folders (transformers 4.57.1, {@code processing_smolvlm.py}; huggingface/trl c4142f2, {@code
 * idefics3.jinja}, whose begin token the tokenizer adds), those of Qwen-VL's evaluation
 * (QwenLM/Qwen-VL aa00ed0, {@code eval_mm}; {@code qwen_vl} of questions with short answers, {@code
 * qwen_vl_chat} of MME), and {@code raw} for prompts that are complete already.
 *
 * @param name by which callers choose the template
 * @param text holds {@value #IMAGE_PLACE} and {@value #QUESTION_PLACE} once each
 * @param image text in the image's place if the prompt has an image
 * @param blank text in the image's place if the prompt does not begin with one
 */
public record ConversationTemplate(String name, String text, String image, String blank) {

  /** Stands for the template that a model itself is asked in, where callers name one. */
  public static final String AUTO = "auto";

  /** The token that stands for an image in a prompt's text. */
  public static final String IMAGE_TOKEN = "<image>";

  /** The token that stands for a video in a question's text. */
  public static final String VIDEO_TOKEN = "<video>";

  private static final Pattern PLACE = Pattern.compile(IMAGE_TOKEN, Pattern.LITERAL);
  private static final String IMAGE_PLACE = "{image}";
  private static final String QUESTION_PLACE = "{question}";
  private static final SortedMap<String, ConversationTemplate> KNOWN = known();

  private record Entry(String text, String image, String blank) {
    Entry {
      blank = blank == null ? "" : blank;
    }
  }

  public ConversationTemplate {
    requireOnce(name, text, IMAGE_PLACE);
    requireOnce(name, text, QUESTION_PLACE);
    requireOnce(name, image, IMAGE_TOKEN);
  }

  /** Creates a template with nothing in place of an image. */
  public ConversationTemplate(String name, String text, String image) {
    this(name, text, image, "");
  }

  /** Returns the names of the known templates, sorted. */
  public static Set<String> names() {
    return KNOWN.keySet();
  }

  /**
   * Returns the template with this name, or throws a {@link TokenizerException} that lists the
   * known names.
   */
  public static ConversationTemplate named(String name) {
    ConversationTemplate template = KNOWN.get(name);
    if (template == null) {
      throw unknown(name, KNOWN.keySet());
    }
    return template;
  }

  /** Refuses a name that is neither {@value #AUTO} nor that of a known template, listing both. */
  public static void require(String name) {
    if (!name.equals(AUTO) && !KNOWN.containsKey(name)) {
      Set<String> names = new TreeSet<>(KNOWN.keySet());
      names.add(AUTO);
      throw unknown(name, names);
    }
  }

  private static TokenizerException unknown(String name, Set<String> known) {
    return new TokenizerException(Unknown.message("conversation template", name, known));
  }

  /** Returns the texts between a question's image placeholders, which are one less. */
  public static List<String> aroundImages(String question) {
    return List.of(PLACE.split(question, -1));
  }

  /** Returns the text between an image and a question. */
  String behindImage() {
    return image.substring(image.indexOf(IMAGE_TOKEN) + IMAGE_TOKEN.length());
  }

  /** Returns the prompt of a question about an image, with one image placeholder. */
  public String withImage(String question) {
    return withImages(question, IMAGE_TOKEN, 1);
  }

  /**
   * Returns the prompt of a question about some images. They come one after the other in the
   * image's place: a line each, as the chat templates of llava-hf's checkpoints have them.
   *
   * @param imageText in place of each placeholder
   */
  public String withImages(String question, String imageText, int images) {
    return withImages(question, Collections.nCopies(images, imageText));
  }

  /**
   * Returns the prompt of a question about some images, as above.
   *
   * @param imageTexts in place of each placeholder
   */
  String withImages(String question, List<String> imageTexts) {
    return render(
        imageTexts.stream()
            .map(imageText -> image.replace(IMAGE_TOKEN, imageText))
            .collect(Collectors.joining()),
        question);
  }

  /** Returns the prompt of a question without an image, or with images in places of its own. */
  public String textOnly(String question) {
    return render(question.startsWith(IMAGE_TOKEN) ? "" : blank, question);
  }

  /** Fills the image's place first, because the question may contain the text of either place. */
  private String render(String imageText, String question) {
    String prompt = text.replace(IMAGE_PLACE, imageText);
    int place = prompt.indexOf(QUESTION_PLACE);
    return prompt.substring(0, place)
        + question
        + prompt.substring(place + QUESTION_PLACE.length());
  }

  private static void requireOnce(String name, String text, String part) {
    int first = text.indexOf(part);
    if (first < 0 || text.indexOf(part, first + 1) >= 0) {
      throw new TokenizerException(
          "Conversation template '" + name + "' must hold " + part + " once but is: " + text);
    }
  }

  private static SortedMap<String, ConversationTemplate> known() {
    SortedMap<String, ConversationTemplate> known = new TreeMap<>();
    try (InputStream json = ConversationTemplate.class.getResourceAsStream("conversations.json")) {
      new ObjectMapper()
          .readValue(json, new TypeReference<SortedMap<String, Entry>>() {})
          .forEach(
              (name, entry) ->
                  known.put(
                      name,
                      new ConversationTemplate(name, entry.text(), entry.image(), entry.blank())));
      return known;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
