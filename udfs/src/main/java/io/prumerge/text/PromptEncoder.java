package io.prumerge.text;

import io.prumerge.image.ViewGrid;
import io.prumerge.lang.Text;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Turns questions into prompts of token ids. Special tokens written out in a question, such as
 * {@code </s>}, become those tokens, as in the reference. The image placeholder is an image's
 * place, {@code <video>} a video's: a question has one for each of its images, or none, and then
 * the template places them. Thread-safe.
 */
public final class PromptEncoder {
  static final Pattern SPACES = Pattern.compile("^ +| +$");

  private final LlavaTokenizer tokenizer;
  private final ConversationTemplate template;
  private final int imageTokenId;
  private final ImageText image;
  private final Optional<InstructionTokenizer> instructions;

  /** An encoder for a checkpoint whose image is {@code <image>} in a prompt; may throw likewise. */
  public PromptEncoder(LlavaTokenizer tokenizer, ConversationTemplate template, int imageTokenId) {
    this(tokenizer, template, imageTokenId, ImageText.TOKEN, Optional.empty());
  }

  /**
   * Throws a {@link TokenizerException} if tokenizer and configuration disagree on the image token.
   *
   * @param instructions of a connector that reads the prompt's text; not closed here
   */
  public PromptEncoder(
      LlavaTokenizer tokenizer,
      ConversationTemplate template,
      int imageTokenId,
      ImageText image,
      Optional<InstructionTokenizer> instructions) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.imageTokenId = imageTokenId;
    this.image = image;
    this.instructions = instructions;
    int[] ids = tokenizer.encode(image.text());
    if (!image.first() && slots(ids).length != 1) {
      throw new TokenizerException(
          "tokenizer.json encodes the image placeholder '"
              + image.text()
              + "' as "
              + Arrays.toString(ids)
              + ", without config.json's image_token_index "
              + imageTokenId);
    }
  }

  /** Returns the template of the prompts. */
  public ConversationTemplate template() {
    return template;
  }

  /** Returns the prompt of a question about one image that is seen whole only. */
  public EncodedPrompt withImage(String question) throws PromptException {
    return withImages(question, 1);
  }

  /** Returns the prompt of a question about so many images that are seen whole only. */
  public EncodedPrompt withImages(String question, int images) throws PromptException {
    return withImages(question, Collections.nCopies(images, ViewGrid.ONE_VIEW));
  }

  /**
   * Returns the prompt of a question about some images.
   *
   * @param images views of each; none for a text alone
   * @throws PromptException if the question has no text, or places for another number of images
   */
  public EncodedPrompt withImages(String question, List<ViewGrid> images) throws PromptException {
    return withLetters(question, images, List.of());
  }

  /**
   * Returns the prompt of a question about some images that one of some letters answers, up to
   * where the letters' tokens differ.
   *
   * @param letters none for an answer that is a text
   * @throws PromptException as {@link #withImages}, or if a letter is no token of its own after
   *     this prompt
   */
  public EncodedPrompt withLetters(String question, List<ViewGrid> images, List<String> letters)
      throws PromptException {
    if (image.first() && !images.isEmpty()) {
      return behindImages(question, images.size(), letters);
    }
    return encode(question, text(question, images), images, letters);
  }

  /**
   * Returns the text of a prompt before it is encoded: the question in the template, with the
   * placeholder of each image.
   *
   * @param images of the question, pictures that are seen whole only
   */
  public String text(String question, int images) {
    return text(question, Collections.nCopies(images, ViewGrid.ONE_VIEW));
  }

  /** Returns the same of a question about pictures and videos. */
  public String text(String question, List<ViewGrid> images) {
    if (image.first() && !images.isEmpty()) {
      return image.text().repeat(images.size()) + template.textOnly(question);
    }
    Optional<VideoText> video = video(images);
    boolean places =
        image.placed()
            && (question.contains(ConversationTemplate.IMAGE_TOKEN)
                || video.isPresent() && question.contains(ConversationTemplate.VIDEO_TOKEN));
    if (!places && !images.isEmpty()) {
      return template.withImages(question, images.stream().map(image::of).toList());
    }
    String prompt = template.textOnly(question);
    String pictures =
        places ? prompt.replace(ConversationTemplate.IMAGE_TOKEN, image.text()) : prompt;
    return video
        .map(one -> pictures.replace(ConversationTemplate.VIDEO_TOKEN, one.text()))
        .orElse(pictures);
  }

  // Without a video its placeholder is a text as any other.
  private Optional<VideoText> video(List<ViewGrid> images) {
    return image.video().filter(text -> images.stream().anyMatch(ViewGrid::isVideo));
  }

  // A question whose places of videos are those of pictures.
  private String ofPictures(String question) {
    return image.video().isPresent()
        ? question.replace(ConversationTemplate.VIDEO_TOKEN, ConversationTemplate.IMAGE_TOKEN)
        : question;
  }

  private EncodedPrompt behindImages(String question, int images, List<String> letters)
      throws PromptException {
    if (question.contains(image.text())) {
      throw new PromptException(
          PromptErrorKind.PROMPT_PLACEHOLDER,
          "the question holds " + image.text() + ", but the model sees the image before all text");
    }
    String text = template.textOnly(question);
    EncodedPrompt encoded = encode(question, text, List.of(), letters);
    int[] ids = encoded.ids();
    int[] all = new int[images + ids.length];
    Arrays.fill(all, 0, images, imageTokenId);
    System.arraycopy(ids, 0, all, images, ids.length);
    return new EncodedPrompt(
        all,
        IntStream.range(0, images).toArray(),
        instructions.isPresent() ? instructions.get().encode(text) : new int[0],
        encoded.letters());
  }

  /**
   * Returns the token ids of a question's prompt that are of none of its images, seen whole: those
   * of the template and of the question, without the marks around an image.
   *
   * @throws PromptException as {@link #withImages}
   */
  public int[] besideImages(String question) throws PromptException {
    String pictured = ofPictures(question);
    int images = Math.max(1, ConversationTemplate.aroundImages(pictured).size() - 1);
    EncodedPrompt prompt = withImages(pictured, images);
    int[] ids = prompt.ids();
    int[] marked = tokenizer.encodeWords(List.of(image.text()));
    int[] own = slots(marked).length == 1 ? marked : new int[] {imageTokenId};
    int place = slots(own)[0];
    BitSet ofImages = new BitSet();
    for (int slot : prompt.imageSlots()) {
      for (int i = slot; same(ids, i, own, place + i - slot); i--) {
        ofImages.set(i);
      }
      for (int i = slot + 1; same(ids, i, own, place + i - slot); i++) {
        ofImages.set(i);
      }
    }
    return IntStream.range(0, ids.length).filter(i -> !ofImages.get(i)).map(i -> ids[i]).toArray();
  }

  private static boolean same(int[] ids, int id, int[] others, int other) {
    boolean both = id >= 0 && id < ids.length && other >= 0 && other < others.length;
    return both && ids[id] == others[other];
  }

  /**
   * Returns whether a prompt's last image and the question's text have some of the template's
   * between them, as they do unless the question places its images otherwise.
   */
  public boolean partsFromImage(String question) {
    List<String> texts = ConversationTemplate.aroundImages(ofPictures(question));
    return texts.size() == 1 || texts.get(texts.size() - 1).startsWith(template.behindImage());
  }

  /** Returns the prompt of a question without an image. */
  public EncodedPrompt textOnly(String question) throws PromptException {
    return withImages(question, 0);
  }

  /** Returns the token ids with which every prompt without an image begins. */
  public int[] system() {
    int[] one = tokenizer.encode(template.textOnly("a"));
    return Arrays.copyOf(one, Arrays.mismatch(one, tokenizer.encode(template.textOnly("1"))));
  }

  private EncodedPrompt encode(
      String question, String prompt, List<ViewGrid> images, List<String> letters)
      throws PromptException {
    if (question.isBlank()) {
      throw new PromptException(PromptErrorKind.PROMPT_EMPTY, "the question has no text");
    }
    String shown = image.shown(prompt, images);
    tokenizer.requireReadable(shown);
    Continuation continued =
        Continuation.of(tokenizer, image.tight() ? image.tightened(shown) : shown, letters);
    int[] ids = continued.ids();
    tokenizer.requireKnown(ids);
    // No text has the id of a token that stands before all text; a tokenizer may not know it.
    int[] slots = image.first() ? new int[0] : slots(ids, images);
    if (slots.length != image.tokens(images) || image.first() && question.contains(image.text())) {
      throw new PromptException(
          PromptErrorKind.PROMPT_PLACEHOLDER,
          PromptException.places(image.placeholders(images), slots.length, images.size()));
    }
    requireKinds(ids, slots, images);
    if (!images.isEmpty() && slots[slots.length - 1] == ids.length - 1) {
      throw new PromptException(
          PromptErrorKind.PROMPT_PLACEHOLDER, "the prompt has no text after its last image");
    }
    return new EncodedPrompt(ids, slots, new int[0], continued.letters());
  }

  private void requireKinds(int[] ids, int[] slots, List<ViewGrid> images) throws PromptException {
    // Where there is text around each view, the placeholders were looked at.
    Optional<VideoText> video =
        video(images).filter(one -> one.views().isEmpty() && one.tokenId() != imageTokenId);
    for (int i = 0; i < images.size() && video.isPresent(); i++) {
      if (images.get(i).isVideo() != (ids[slots[i]] == video.get().tokenId())) {
        throw new PromptException(
            PromptErrorKind.PROMPT_PLACEHOLDER,
            PromptException.kind(i, images.get(i).isVideo(), image.of(images.get(i))));
      }
    }
  }

  private int[] slots(int[] ids, List<ViewGrid> images) throws PromptException {
    Optional<VideoText> video = video(images);
    if (video.isEmpty()) {
      return slots(ids);
    }
    int[] own = tokenizer.encode(video.get().text());
    int id = video.get().tokenId();
    boolean once = video.get().views().isEmpty(); // else the views' texts have the token
    if (once && IntStream.of(own).noneMatch(one -> one == id)) {
      throw new PromptException(
          PromptErrorKind.PROMPT_PLACEHOLDER,
          Text.format(
              "tokenizer.json encodes the video placeholder '%s' as %s, without config.json's"
                  + " video_token_index %d",
              video.get().text(), Arrays.toString(own), id));
    }
    return IntStream.range(0, ids.length)
        .filter(i -> ids[i] == imageTokenId || ids[i] == id)
        .toArray();
  }

  private int[] slots(int[] ids) {
    return IntStream.range(0, ids.length).filter(i -> ids[i] == imageTokenId).toArray();
  }
}
