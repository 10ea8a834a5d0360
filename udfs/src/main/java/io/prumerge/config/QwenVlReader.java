package io.prumerge.config;

import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.TowerKind;
import io.prumerge.config.LlavaConfig.FeatureSelect;
import io.prumerge.config.LlavaConfig.FeatureSelection;
import io.prumerge.config.LlavaConfig.Projector;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads the {@code config.json} of the first Qwen-VL and Qwen-VL-Chat, whose class is in their
 * folders (QwenLM's {@code configuration_qwen.py}, {@code modeling_qwen.py}, {@code visual.py}):
 * the decoder's settings at the top, those of tower and connector under {@code visual}. What that
 * code does not read is not read here either.
 */
final class QwenVlReader {

  private static final String VISUAL = "visual";
  private static final String START = "image_start_id";
  private static final String IMAGE = "<img><imgpad></img>";

  /** From {@code <img>} on there are its end and what fills up its place. */
  private static final int FILLER = 2;

  /**
   * From {@code <|endoftext|>} on to {@code <img>}: it, {@code <|im_start|>}, {@code <|im_end|>},
   * 205 extra tokens, and two each of three kinds of marks ({@code tokenization_qwen.py}).
   */
  private static final int FROM_END = 3 + 205 + 3 * 2;

  private static final int HEAD = 128; // of the connector

  private QwenVlReader() {}

  static LlavaConfig read(Settings root) {
    Settings visual = visual(root);
    TextConfig text = text(root);
    int width = visual.neededInteger("width");
    int layers = visual.neededInteger("layers");
    VisionConfig vision =
        new VisionConfig(
            new Encoder(
                width,
                (int) (width * visual.neededDecimal("mlp_ratio")),
                layers,
                visual.neededInteger("heads"),
                Activation.GELU,
                1e-6),
            3,
            visual.neededInteger("image_size"),
            visual.neededInteger("patch_size"),
            TowerKind.BIG_G);
    int output = visual.neededInteger("output_dim");
    if (output != text.hiddenSize()) {
      throw visual.error(
          "output_dim", "is " + output + " but the decoder's hidden_size " + text.hiddenSize());
    }
    return new LlavaConfig(
        FamilyReader.read(root, vision),
        vision,
        text,
        visual.neededInteger(START) + FILLER,
        new Projector(Activation.GELU, true), // of a connector that this is not
        new FeatureSelection(List.of(layers), FeatureSelect.DEFAULT),
        false,
        Optional.empty());
  }

  private static Settings visual(Settings root) {
    return root.object(VISUAL)
        .orElseThrow(
            () -> root.error(VISUAL, "is missing: a Qwen without it is a language model alone"));
  }

  static ModelFamily family(Settings root, VisionConfig vision) {
    Settings visual = visual(root);
    int queries = visual.integer("n_queries", 256);
    int side = (int) Math.sqrt(queries);
    if (side < 1 || side * side != queries) {
      throw visual.error("n_queries", "is " + queries + "; it must be a square, as 256");
    }
    int width = visual.neededInteger("output_dim");
    int heads = width / HEAD;
    Require.positive("visual output_dim / 128", heads);
    Require.multiple("visual output_dim", width, "output_dim / 128", heads);
    return ModelFamily.builder(
            FamilyReader.QWEN_VL_NAME, new QueryConfig.ResamplerConfig(queries, heads))
        .imageText(IMAGE)
        .several(ModelFamily.SeveralImages.ALIKE)
        .build();
  }

  private static TextConfig text(Settings root) {
    int hidden = root.neededInteger("hidden_size");
    int heads = root.neededInteger("num_attention_heads");
    int width = root.integer("kv_channels", HEAD);
    if ((long) heads * width != hidden) {
      throw root.error(
          "kv_channels",
          "is " + width + ", which times num_attention_heads " + heads + " is not " + hidden);
    }
    if (root.decimal("rotary_pct", 1) != 1) {
      throw root.error("rotary_pct", "is " + root.decimal("rotary_pct", 1) + "; only 1 is read");
    }
    boolean biases = !root.flag("no_bias", true);
    return new TextConfig(
        root.neededInteger("vocab_size"),
        hidden,
        new TextConfig.Mlp(root.neededInteger("intermediate_size") / 2, Activation.SILU),
        root.neededInteger("num_hidden_layers"),
        new TextConfig.Heads(heads, heads, width),
        new TextConfig.Positions(
            root.neededInteger("seq_length"),
            Optional.of(new RopeScaling.Default(root.decimal("rotary_emb_base", 10_000))),
            OptionalInt.empty()),
        root.decimal("layer_norm_epsilon", 1e-6),
        new LlamaWeights.Biases(true, biases, biases),
        TextConfig.Kind.QWEN);
  }

  /** Returns the token that ends an answer where no file names another: {@code <|endoftext|>}. */
  static int end(Settings root) {
    return visual(root).neededInteger(START) - FROM_END;
  }

  /**
   * Returns the tokens that end an answer of the chat model too: {@code <|im_start|>} and {@code
   * <|im_end|>} ({@code qwen_generation_utils.py}, {@code get_stop_words_ids}). The base model has
   * none.
   *
   * @param generation its {@code generation_config.json}
   */
  static List<Integer> chatEnds(Settings root, Settings generation) {
    boolean chat = generation.text("chat_format", "").equals("chatml");
    return chat ? List.of(end(root) + 1, end(root) + 2) : List.of();
  }
}
