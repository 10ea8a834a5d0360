package io.prumerge.model.connector;

import io.prumerge.architecture.QFormer;
import io.prumerge.config.QFormerConfig;
import io.prumerge.reduction.ReductionException;
import io.prumerge.torch.KernelCall;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A Q-Former: its queries look at all features of an image. Keys and values of the features are
 * computed once for all questions about the image, which then go through the layers together.
 */
final class QueryProjector extends Projector {

  private final Torch torch;
  private final QFormer shape;
  private final QFormerConfig config;
  private final Torch.Value ends;
  private final Optional<Torch.Value> vocabulary;
  private final Torch.Value layers;
  private final Torch.Value looks;
  private final Torch.Value queryMlps;
  private final Optional<Torch.Value> wordMlps;

  QueryProjector(Torch torch, QFormer shape, QFormerConfig config, TensorLoader loader) {
    this.torch = torch;
    this.shape = shape;
    this.config = config;
    this.ends = loader.struct(shape.ends());
    this.layers = loader.structs(all().mapToObj(shape::attention).toList());
    this.looks = loader.structs(shape.looking().mapToObj(shape::look).toList());
    this.queryMlps = loader.structs(all().mapToObj(shape::queryMlp).toList());
    boolean reads = shape.readsText();
    this.vocabulary = reads ? Optional.of(loader.struct(shape.vocabulary())) : Optional.empty();
    this.wordMlps =
        reads
            ? Optional.of(loader.structs(all().mapToObj(shape::wordMlp).toList()))
            : Optional.empty();
  }

  private IntStream all() {
    return IntStream.range(0, shape.layers());
  }

  @Override
  public List<Torch.Value> project(List<ReducedView> views, List<int[]> instructions) {
    try (Torch.Value rows = asked("queried", views.get(0).features(), instructions)) {
      return IntStream.range(0, instructions.size())
          .mapToObj(question -> torch.call("row", rows, question))
          .toList();
    }
  }

  @Override
  public Torch.Value queryAttention(Torch.Value features, int[] instruction) {
    return asked("query_attention", features, List.of(instruction));
  }

  // One of the functions of all questions about an image, by its name.
  private Torch.Value asked(String function, Torch.Value rows, List<int[]> instructions) {
    int[] lengths = instructions.stream().mapToInt(words -> words.length).toArray();
    if (shape.readsText() != IntStream.of(lengths).allMatch(length -> length > 0)) {
      throw new IllegalStateException(
          "Cannot ask the Q-Former: it reads questions, and there is none, or the other way round");
    }
    Torch.Value[] features;
    try (Torch.Value both = torch.call("qformer_features", rows, looks, config.encoder().heads())) {
      features = both.elements();
    }
    try (Torch.Value keys = features[0];
        Torch.Value values = features[1];
        Torch.Value words = words(instructions, lengths)) {
      return new KernelCall(torch, function)
          .with("words", words)
          .with("lengths", lengths)
          .with("keys", keys)
          .with("values", values)
          .with("e", ends)
          .with("layers", layers)
          .with("looks", looks)
          .with("mlps", queryMlps)
          .with("texts", wordMlps.orElse(queryMlps)) // without words nothing goes through them
          .with("frequency", config.frequency())
          .with("heads", config.encoder().heads())
          .with("act", config.encoder().activation().code())
          .with("eps", config.encoder().layerNormEps())
          .run();
    }
  }

  // All questions' words, one question after the other; a list of one tensor or none.
  private Torch.Value words(List<int[]> instructions, int[] lengths) {
    if (vocabulary.isEmpty()) {
      return torch.list(List.of());
    }
    int[] ids = instructions.stream().flatMapToInt(IntStream::of).toArray();
    try (Torch.Value words = torch.call("qformer_words", ids, lengths, vocabulary.get())) {
      return torch.list(List.of(words));
    }
  }

  @Override
  public Torch.Value patches(Torch.Value features) {
    throw new ReductionException(
        "Cannot look at patches after a Q-Former: its rows come from all of them together");
  }

  @Override
  public void close() {
    ends.close();
    vocabulary.ifPresent(Torch.Value::close);
    layers.close();
    looks.close();
    queryMlps.close();
    wordMlps.ifPresent(Torch.Value::close);
  }
}
