package io.prumerge.config;

import io.prumerge.architecture.CrossBlocks;
import io.prumerge.architecture.PerceiverResampler;
import io.prumerge.architecture.QFormer;
import io.prumerge.text.ConversationTemplate;

/**
 * What sets IDEFICS apart: a resampler behind the tower, blocks between the decoder's layers that
 * attend to what it makes, and a vocabulary in two parts. Every default of transformers 4.57.1's
 * IdeficsConfig and IdeficsPerceiverConfig is resolved.
 *
 * @param queries latents, the rows that an image becomes
 * @param resampler its layers
 * @param interval decoder layers from one block to the next
 * @param norms whether the blocks' queries and keys have norms
 * @param vectors whether their gates are one number for each channel
 * @param moreWords rows of the second part of the vocabulary
 * @param endToken behind which a text sees no image before it
 */
public record CrossConfig(
    int queries,
    Layers resampler,
    int interval,
    boolean norms,
    boolean vectors,
    int moreWords,
    int endToken)
    implements QueryConfig {

  /** What stands around the token of an image. */
  static final String FAKE = "<fake_token_around_image>";

  /** The text of an image in a prompt. */
  static final String IMAGE = FAKE + ConversationTemplate.IMAGE_TOKEN + FAKE;

  /** What ends a turn of the instruct variants. */
  public static final String TURN_END = "<end_of_utterance>";

  /** Its id, in our own settings; the published ones do not say it. */
  public static final String TURN_END_TOKEN = "end_of_utterance_token_id";

  private static final String RESAMPLER = "perceiver_config";
  private static final String USED = "use_resampler";
  private static final String GATES = "alpha_type";
  private static final String INTERVAL = "cross_layer_interval";

  /**
   * The layers of a resampler.
   *
   * @param depth how many
   * @param heads of their attention
   * @param head width of one of them
   * @param norms whether queries and keys have norms
   */
  public record Layers(int depth, int heads, int head, boolean norms) {

    public Layers {
      Require.layers("resampler_depth", depth);
      Require.positive("resampler_n_heads", heads);
      Require.positive("resampler_head_dim", head);
    }
  }

  public CrossConfig {
    Require.positive("resampler_n_latents", queries);
    Require.positive(INTERVAL, interval);
  }

  /** Reads the settings of a model. */
  static CrossConfig read(Settings root) {
    if (!root.flag(USED, false)) {
      throw root.error(USED, "is false, which is not supported");
    }
    String gates = root.text(GATES, "float");
    if (!gates.equals("float") && !gates.equals("vector")) {
      throw root.error(GATES, "'" + gates + "' is not supported; known: float, vector");
    }
    int words = root.integer("additional_vocab_size", 0);
    if (words < 0) {
      throw root.error("additional_vocab_size", "is " + words + "; it must not be negative");
    }
    Settings own =
        root.object(RESAMPLER).orElseGet(() -> Settings.none(root.file() + ": " + RESAMPLER));
    return new CrossConfig(
        own.integer("resampler_n_latents", 64),
        new Layers(
            own.integer("resampler_depth", 6),
            own.integer("resampler_n_heads", 16),
            own.integer("resampler_head_dim", 96),
            own.flag("qk_layer_norms_perceiver", false)),
        root.integer(INTERVAL, 1),
        root.flag("qk_layer_norms", false),
        gates.equals("vector"),
        words,
        root.integer("eos_token_id", 2));
  }

  /**
   * Refuses a decoder that these blocks do not fit, as transformers does.
   *
   * @throws CheckpointException naming the setting
   */
  void require(TextConfig text) {
    Require.multiple("num_hidden_layers", text.layers(), INTERVAL, interval);
  }

  /**
   * Returns the blocks between the decoder's layers.
   *
   * @param in width of the tower's features
   */
  CrossBlocks blocks(long in, TextConfig text) {
    return new CrossBlocks(
        text.hiddenSize(),
        text.mlp().width(),
        text.layers() / interval,
        interval,
        text.heads().width(),
        in,
        norms,
        vectors);
  }

  @Override
  public QFormer.Words words() {
    return QFormer.Words.NONE;
  }

  @Override
  public PerceiverResampler weights(long in, TextConfig text) {
    return new PerceiverResampler(
        in,
        queries,
        resampler.depth(),
        resampler.heads(),
        resampler.head(),
        resampler.norms(),
        blocks(in, text));
  }
}
