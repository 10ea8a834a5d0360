package io.prumerge.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The connector of InstructBLIP and BLIP-2 (transformers 4.57.1, {@code modeling_instructblip.py},
 * {@code InstructBlipQFormerModel}; {@code modeling_blip_2.py}, {@code Blip2QFormerModel}): learned
 * queries that go through the layers of a BERT, in some of which they attend to all features.
 * InstructBLIP's go together with the words of the question. A linear layer takes the queries to
 * the decoder's width.
 *
 * @param in C, width of the tower's features
 * @param width of the decoder
 * @param hidden H, width of the queries
 * @param mlp width of the MLPs
 * @param layers all of them
 * @param heads of every attention
 * @param queries the rows that it makes of any number of features
 * @param words what it reads of a question
 */
public record QFormer(
    long in,
    long width,
    long hidden,
    long mlp,
    int layers,
    int heads,
    QFormerQueries queries,
    QFormerWords words)
    implements QueryConnector {

  /** The struct of {@link #ends}. */
  public static final WeightStruct ENDS =
      WeightStruct.of(
          "QFormerEnds", "queries", "norm", "norm_bias", "projection", "projection_bias");

  /** The struct of {@link #vocabulary}. */
  public static final WeightStruct VOCABULARY = WeightStruct.of("QFormerWords", "words", "places");

  /** The struct of {@link #attention} and {@link #look}. */
  public static final WeightStruct ATTENTION =
      WeightStruct.of(
          "QFormerAttention",
          "q",
          "q_bias",
          "k",
          "k_bias",
          "v",
          "v_bias",
          "out",
          "out_bias",
          "norm",
          "norm_bias");

  /** The struct of {@link #queryMlp} and {@link #wordMlp}. */
  public static final WeightStruct MLP =
      WeightStruct.of("QFormerMlp", "fc1", "fc1_bias", "fc2", "fc2_bias", "norm", "norm_bias");

  private static final String PREFIX = "qformer.";
  private static final String EMBEDDINGS = PREFIX + "embeddings.";

  @Override
  public boolean readsText() {
    return words.vocabulary() > 0;
  }

  @Override
  public int count() {
    return queries.count();
  }

  @Override
  public int lastLook() {
    return looking().max().orElseThrow();
  }

  /** Returns whether the queries attend to the features in a layer. */
  public boolean looks(int layer) {
    return layer % queries.frequency() == 0;
  }

  /** Returns the layers in which the queries attend to the features. */
  public IntStream looking() {
    return IntStream.range(0, layers).filter(this::looks);
  }

  /** Returns the queries, the norm before the first layer, and the linear layer after the last. */
  public WeightBlock ends() {
    String norm = readsText() ? EMBEDDINGS : PREFIX;
    return ENDS.block(
        "",
        List.of(
            Weight.other("queries", "query_tokens", 1L, (long) queries.count(), hidden),
            Weight.other("norm", norm + "layernorm.weight", hidden),
            Weight.other("norm_bias", norm + "layernorm.bias", hidden),
            Weight.matrix("projection", "language_projection", width, hidden),
            Weight.other("projection_bias", "language_projection.bias", width)));
  }

  /** Returns the embeddings of the question's words; only where it is read. */
  public WeightBlock vocabulary() {
    return VOCABULARY.block(
        EMBEDDINGS,
        List.of(
            Weight.other("words", "word_embeddings.weight", words.vocabulary(), hidden),
            Weight.other("places", "position_embeddings.weight", words.positions(), hidden)));
  }

  /** Returns a layer's attention of all rows to each other. */
  public WeightBlock attention(int layer) {
    return attention(prefix(layer) + "attention.", hidden);
  }

  /** Returns a layer's attention of the queries to the features. */
  public WeightBlock look(int layer) {
    return attention(prefix(layer) + "crossattention.", in);
  }

  private WeightBlock attention(String prefix, long seen) {
    return ATTENTION.block(
        prefix,
        List.of(
            Weight.matrix("q", "attention.query", hidden, hidden),
            Weight.other("q_bias", "attention.query.bias", hidden),
            Weight.matrix("k", "attention.key", hidden, seen),
            Weight.other("k_bias", "attention.key.bias", hidden),
            Weight.matrix("v", "attention.value", hidden, seen),
            Weight.other("v_bias", "attention.value.bias", hidden),
            Weight.matrix("out", "output.dense", hidden, hidden),
            Weight.other("out_bias", "output.dense.bias", hidden),
            Weight.other("norm", "output.LayerNorm.weight", hidden),
            Weight.other("norm_bias", "output.LayerNorm.bias", hidden)));
  }

  /** Returns a layer's MLP over the queries. */
  public WeightBlock queryMlp(int layer) {
    return mlp(prefix(layer), "_query");
  }

  /** Returns a layer's MLP over the question's words; only where it is read. */
  public WeightBlock wordMlp(int layer) {
    return mlp(prefix(layer), "");
  }

  private WeightBlock mlp(String prefix, String kind) {
    String first = "intermediate" + kind + ".dense";
    String second = "output" + kind + ".";
    return MLP.block(
        prefix,
        List.of(
            Weight.matrix("fc1", first, mlp, hidden),
            Weight.other("fc1_bias", first + ".bias", mlp),
            Weight.matrix("fc2", second + "dense", hidden, mlp),
            Weight.other("fc2_bias", second + "dense.bias", hidden),
            Weight.other("norm", second + "LayerNorm.weight", hidden),
            Weight.other("norm_bias", second + "LayerNorm.bias", hidden)));
  }

  private static String prefix(int layer) {
    return PREFIX + "encoder.layer." + layer + ".";
  }

  @Override
  public List<WeightBlock> blocks() {
    List<WeightBlock> blocks = new ArrayList<>(List.of(ends()));
    if (readsText()) {
      blocks.add(vocabulary());
    }
    for (int layer = 0; layer < layers; layer++) {
      blocks.add(attention(layer));
      if (looks(layer)) {
        blocks.add(look(layer));
      }
      blocks.add(queryMlp(layer));
      if (readsText()) {
        blocks.add(wordMlp(layer));
      }
    }
    return blocks;
  }

  @Override
  public <T> T match(ConnectorCases<T> cases) {
    return cases.queries().apply(this);
  }
}
