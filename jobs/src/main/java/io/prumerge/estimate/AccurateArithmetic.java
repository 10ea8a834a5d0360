package io.prumerge.estimate;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.architecture.Connector;
import io.prumerge.architecture.ConnectorCases;
import io.prumerge.architecture.CrossBlocks;
import io.prumerge.architecture.PerceiverResampler;
import io.prumerge.architecture.QFormer;
import io.prumerge.architecture.Resampler;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.cost.ConnectorCost;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.DecoderShape;
import io.prumerge.cost.LayerRun;
import io.prumerge.cost.Matrix;
import io.prumerge.cost.ModelShape;
import io.prumerge.cost.ReductionWork;
import io.prumerge.cost.Share;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.cost.TowerShape;
import io.prumerge.cost.WindowSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@link CostMode#ACCURATE}: FLOPs are {@link CostModel}'s; traffic and time are those of the
 * operators that compute them and of the elementwise operators between them. The head reads the
 * last position only. Flash attention reads queries, keys and values once.
 */
final class AccurateArithmetic implements Arithmetic {

  private final Scenario scenario;
  private final CostModel model;
  private final Kernels kernels;
  private final VisionArithmetic visionArithmetic;

  /** The matrices of one layer of the decoder. */
  private final List<Matrix> layer;

  AccurateArithmetic(Scenario scenario) {
    this.scenario = scenario;
    model = new CostModel(scenario.shape().shape());
    kernels = new Kernels(scenario.precision(), scenario.attention());
    visionArithmetic = new VisionArithmetic(scenario, model);
    layer = decoder().layer();
  }

  @Override
  public Optional<StageWork> vision() {
    return Optional.of(visionArithmetic.tower());
  }

  @Override
  public Optional<StageWork> reduction() {
    return Optional.of(visionArithmetic.reduction());
  }

  @Override
  public Optional<StageWork> projector() {
    return Optional.of(visionArithmetic.projector());
  }

  @Override
  public StageWork prefill(TokenSchedule prompt) {
    List<Operator> operators = new ArrayList<>();
    DecoderShape decoder = decoder();
    operators.add(kernels.lookUp(product(scenario.batch(), prompt.first(), decoder.width())));
    for (LayerRun run : prompt.runs(decoder.layers())) {
      operators.addAll(layer(run.layers(), run.tokens(), run.tokens()));
    }
    operators.addAll(crossing(prompt.first()));
    int levels = scenario.shape().shape().tower().deeper();
    if (levels > 0) {
      int visual = scenario.prompt().visualTokens().first();
      operators.add(
          kernels.add("level_add", levels, product(scenario.batch(), visual, decoder.width())));
    }
    operators.addAll(head());
    long flops =
        sum(model.decoder().prefill(prompt), model.decoder().crossing(prompt.first(), images()));
    return new StageWork(product(scenario.batch(), flops), new Pass(operators));
  }

  @Override
  public StageWork decodeToken(TokenSchedule prompt) {
    TokenSchedule visible = prompt.plus(1);
    List<Operator> operators = new ArrayList<>();
    DecoderShape decoder = decoder();
    operators.add(kernels.lookUp(product(scenario.batch(), decoder.width())));
    for (LayerRun run : visible.runs(decoder.layers())) {
      operators.addAll(layer(run.layers(), 1, run.tokens()));
    }
    operators.addAll(crossing(1));
    operators.addAll(head());
    long flops = sum(model.decoder().decodeStep(visible), model.decoder().crossing(1, images()));
    return new StageWork(product(scenario.batch(), flops), new Pass(operators));
  }

  // Rows of the image that blocks between the layers attend to, where there are some.
  private int images() {
    return scenario.prompt().visualTokens().first();
  }

  // The blocks that attend to images, over so many positions of each sequence.
  private List<Operator> crossing(int queries) {
    DecoderShape decoder = decoder();
    Optional<CrossBlocks> cross = decoder.weights().cross();
    if (cross.isEmpty()) {
      return List.of();
    }
    long batch = scenario.batch();
    long rows = product(batch, queries);
    long width = product(rows, decoder.width());
    int blocks = cross.get().count();
    List<Operator> operators = new ArrayList<>();
    operators.add(kernels.norm("cross_norm", blocks, width));
    Matrix.of(cross.get().block(0))
        .forEach(matrix -> operators.add(kernels.linear(matrix, blocks, rows)));
    if (images() > 0) {
      int heads = decoder.heads();
      AttentionSpan span =
          new AttentionSpan(batch, heads, heads, decoder.headDim(), queries, images());
      operators.addAll(kernels.attention(blocks, span));
    }
    operators.add(kernels.add("cross_add", blocks, width));
    operators.add(kernels.norm("cross_mlp_norm", blocks, width));
    operators.add(kernels.activation(blocks, product(rows, decoder.mlp()), 2));
    operators.add(kernels.add("cross_mlp_add", blocks, width));
    return operators;
  }

  /** Returns the norm and the head over the last position of each sequence. */
  private List<Operator> head() {
    long batch = scenario.batch();
    return List.of(
        kernels.norm("final_norm", 1, product(batch, decoder().width())),
        kernels.linear(decoder().head(), 1, batch));
  }

  /**
   * Returns the operators of equal layers, for a number of computed positions (queries) and
   * attended ones (keys).
   */
  private List<Operator> layer(int layers, int queries, int keys) {
    DecoderShape decoder = decoder();
    long batch = scenario.batch();
    long rows = product(batch, queries);
    long width = product(rows, decoder.width());
    List<Operator> operators = new ArrayList<>();
    operators.add(kernels.norm("attention_norm", layers, width));
    operators.addAll(linear(layers, rows));
    if (decoder.weights().rotary()) {
      long turned = sum(decoder.queryWidth(), decoder.keyWidth());
      if (decoder.normsHeads()) {
        operators.add(kernels.norm("head_norm", layers, product(rows, turned)));
      }
      operators.add(kernels.rotation(layers, product(rows, turned)));
    }
    operators.addAll(
        kernels.attention(
            layers,
            new AttentionSpan(
                batch, decoder.heads(), decoder.kvHeads(), decoder.headDim(), queries, keys)));
    operators.add(kernels.add("attention_add", layers, width));
    operators.add(kernels.norm("mlp_norm", layers, width));
    int inputs = decoder.weights().gated() ? 2 : 1;
    operators.add(kernels.activation(layers, product(rows, decoder.mlp()), inputs));
    operators.add(kernels.add("mlp_add", layers, width));
    return operators;
  }

  private List<Operator> linear(int layers, long rows) {
    return layer.stream().map(matrix -> kernels.linear(matrix, layers, rows)).toList();
  }

  @Override
  public List<Operator> matrices(int tokens) {
    return linear(1, product(scenario.batch(), tokens));
  }

  /**
   * Weights are all those of the checkpoint, embedding and the tower's last layer included.
   * Activations are the residual stream and the widest operator's inputs and outputs.
   */
  @Override
  public Footprint footprint(TokenSchedule prompt) {
    ModelShape shape = scenario.shape().shape();
    PrecisionScheme precision = scenario.precision();
    long residual =
        kernels.activations(product(scenario.batch(), prompt.first(), decoder().width()));
    return new Footprint(
        sum(
            precision.weights().bytes(shape.decoder().parameters()),
            precision.besideTheLanguageModel().weights().bytes(shape.visionParameters())),
        precision
            .cache()
            .bytes(
                product(
                    scenario.batch(),
                    sum(
                        shape.decoder().kvCacheElements(prompt),
                        shape.decoder().constantElements(images())))),
        sum(residual, Kernels.widest(prefill(prompt).pass())));
  }

  private DecoderShape decoder() {
    return scenario.shape().shape().decoder();
  }

  /**
   * The stages before the decoder, in {@link PrecisionScheme#besideTheLanguageModel()} precision.
   * Nothing runs if no visual token enters the decoder.
   */
  private static final class VisionArithmetic {

    private final Scenario scenario;
    private final CostModel model;
    private final TowerShape tower;
    private final Kernels kernels;

    /** Views of all images in the batch, each a picture of the tower's size. */
    private final long views;

    VisionArithmetic(Scenario scenario, CostModel model) {
      this.scenario = scenario;
      this.model = model;
      tower = scenario.shape().shape().tower();
      kernels = new Kernels(scenario.precision().besideTheLanguageModel(), scenario.attention());
      views =
          scenario.prompt().visualTokens().first() == 0
              ? 0
              : product(scenario.batch(), scenario.shape().views());
    }

    StageWork tower() {
      if (views == 0) {
        return StageWork.NOTHING;
      }
      List<Operator> operators = new ArrayList<>();
      long width = product(views, tower.positions(), tower.width());
      operators.add(
          kernels.linear(tower.patchEmbedding(), 1, product(views, tower.rows(tower.patches()))));
      if (tower.kind().learnsPositions()) {
        operators.add(kernels.add("position_add", 1, width));
      }
      if (tower.kind().normsFirst()) {
        operators.add(kernels.norm("pre_norm", 1, width));
      }
      operators.addAll(layers(tower.features().depth(), views));
      return new StageWork(product(views, model.tower().features()), new Pass(operators));
    }

    private List<Operator> layers(int layers, long pictures) {
      long rows = product(pictures, tower.positions());
      long width = product(rows, tower.width());
      List<Operator> operators = new ArrayList<>();
      operators.add(kernels.norm("attention_norm", layers, width));
      tower.layer().forEach(matrix -> operators.add(kernels.linear(matrix, layers, rows)));
      if (tower.kind().anySize()) {
        operators.add(kernels.rotation(layers, product(2, width)));
      }
      int windowed = tower.windowed(layers);
      operators.addAll(attention(layers - windowed, pictures, tower.positions()));
      if (windowed > 0) {
        for (WindowSize size : tower.windows()) {
          operators.addAll(attention(windowed, product(pictures, size.count()), size.positions()));
        }
      }
      operators.add(kernels.add("attention_add", layers, width));
      operators.add(kernels.norm("mlp_norm", layers, width));
      operators.add(kernels.activation(layers, product(rows, tower.mlp()), tower.gated() ? 2 : 1));
      operators.add(kernels.add("mlp_add", layers, width));
      return operators;
    }

    private List<Operator> attention(int layers, long segments, long rows) {
      int head = tower.width() / tower.heads();
      return kernels.attention(
          layers, new AttentionSpan(segments, tower.heads(), tower.heads(), head, rows, rows));
    }

    /**
     * Returns the reduction of each view separately. The remaining tokens are spread evenly over
     * the views.
     */
    StageWork reduction() {
      StageWork all = StageWork.NOTHING;
      boolean none =
          scenario.reduction() == ReductionKind.NONE || !scenario.shape().hasClassToken();
      if (views == 0 || none) {
        return all;
      }
      int viewsPerImage = scenario.shape().views();
      for (int view = 0; view < viewsPerImage; view++) {
        int tokens =
            Math.toIntExact(
                new Share(view, viewsPerImage)
                    .part((long) scenario.prompt().visualTokens().first()));
        if (tokens < tower.patches()) {
          StageWork one = pruMerge(tokens);
          List<Operator> operators = new ArrayList<>(all.pass().operators());
          operators.addAll(one.pass().operators());
          all = new StageWork(sum(all.flops(), one.flops()), new Pass(operators));
        }
      }
      return all;
    }

    /**
     * Returns the work of PruMerge that leaves {@code tokens} tokens of a view, the summary token
     * included.
     */
    private StageWork pruMerge(int tokens) {
      int kept = Math.max(0, tokens - 1);
      ReductionWork work =
          new ReductionWork(
              true,
              kept,
              tokens == 0 ? 0 : Math.min(ReductionKind.NEIGHBOURS, tower.patches() - 1),
              tokens > 0);
      long batch = scenario.batch();
      long keys = product(tower.positions(), tower.width());
      long patches = product(tower.patches(), tower.width());
      List<Operator> operators = new ArrayList<>();
      int between = model.evidence().layersToScores();
      if (between > 0) {
        operators.addAll(layers(between, batch));
      }
      operators.add(
          new Operator(
              "scores",
              OperatorKind.WEIGHTS,
              1,
              product(batch, model.evidence().scoring()),
              new Traffic(
                  kernels.precision().weights().bytes(product(2, tower.width(), tower.width())),
                  kernels.activations(product(2, batch, keys)),
                  kernels.activations(product(batch, sum(keys, tower.positions()))),
                  0,
                  0),
              kernels.precision().activations()));
      operators.add(
          step(
              "merge",
              product(batch, model.reductions().merging(work)),
              product(batch, sum(product(2, patches), product(kept, work.neighbours(), width()))),
              product(
                  batch, sum(patches, product(kept, tower.patches()), product(kept, width())))));
      operators.add(
          step(
              "summary",
              product(batch, model.reductions().summary(work)),
              product(batch, tower.patches() - (long) kept, width()),
              product(batch, width())));
      return new StageWork(product(batch, model.reductions().of(work)), new Pass(operators));
    }

    private long width() {
      return tower.features().width();
    }

    private Operator step(String name, long operations, long loaded, long stored) {
      return new Operator(
          name,
          OperatorKind.PRODUCT,
          1,
          operations,
          new Traffic(0, kernels.activations(loaded), kernels.activations(stored), 0, 0),
          kernels.precision().activations());
    }

    /** Returns the connector over the tokens that enter the decoder, or over a video's patches. */
    StageWork projector() {
      int tokens = scenario.prompt().visualTokens().first();
      if (tokens == 0) {
        return StageWork.NOTHING;
      }
      Connector connector = scenario.shape().shape().connector();
      return connector.match(
          new ConnectorCases<>(
              rows -> rows(rows, projected(tokens)),
              queries -> queries(queries, Math.max(1, tokens / queries.queries().count())),
              this::resampled,
              this::latents));
    }

    private long projected(int tokens) {
      return scenario.shape().video().isPresent()
          ? product(views, tower.patches())
          : product(scenario.batch(), tokens);
    }

    private StageWork latents(PerceiverResampler latents) {
      long batch = scenario.batch();
      long own = product(batch, latents.count());
      long seen = product(batch, sum(latents.count(), tower.positions()));
      long width = product(own, latents.in());
      int depth = latents.layers();
      List<Operator> operators = new ArrayList<>();
      operators.add(kernels.norm("latent_norm", depth, product(seen, latents.in())));
      for (Matrix matrix : Matrix.of(latents.layer(0))) {
        operators.add(kernels.linear(matrix, depth, ConnectorCost.sees(matrix) ? seen : own));
      }
      operators.addAll(
          kernels.attention(
              depth,
              new AttentionSpan(
                  batch,
                  latents.heads(),
                  latents.heads(),
                  latents.head(),
                  latents.count(),
                  sum(latents.count(), tower.positions()))));
      operators.add(kernels.add("latent_add", 2L * depth, width));
      operators.add(kernels.norm("latent_mlp_norm", depth, width));
      operators.add(kernels.activation(depth, product(own, 4, latents.in()), 1));
      for (WeightBlock block : latents.constants()) {
        Matrix.of(block).forEach(matrix -> operators.add(kernels.linear(matrix, 1, own)));
      }
      return new StageWork(
          product(batch, model.connector().of(latents.count(), 0)), new Pass(operators));
    }

    private StageWork queries(QFormer queries, int questions) {
      ConnectorCost connector = model.connector();
      int words = connector.instruction(scenario.prompt().textTokens() / questions);
      QueryArithmetic arithmetic =
          new QueryArithmetic(
              kernels, queries, scenario.batch(), tower.positions(), questions, words);
      long own = connector.own(queries.queries().count(), words);
      return new StageWork(
          product(scenario.batch(), sum(connector.shared(), product(questions, own))),
          new Pass(arithmetic.operators()));
    }

    /** Returns the queries' attention to the features, with the matrices around it. */
    private StageWork resampled(Resampler queries) {
      long batch = scenario.batch();
      long features = tower.positions();
      List<Operator> operators = new ArrayList<>();
      for (Matrix matrix : Matrix.of(queries.seen())) {
        operators.add(kernels.linear(matrix, 1, product(batch, features)));
      }
      for (Matrix matrix : Matrix.of(queries.asking())) {
        operators.add(kernels.linear(matrix, 1, product(batch, queries.count())));
      }
      operators.add(kernels.norm("features_norm", 1, product(batch, features, queries.width())));
      operators.addAll(
          kernels.attention(
              1,
              new AttentionSpan(
                  batch,
                  queries.heads(),
                  queries.heads(),
                  queries.width() / queries.heads(),
                  queries.count(),
                  features)));
      operators.add(
          kernels.norm("query_norm", 1, product(batch, queries.count(), queries.width())));
      return new StageWork(
          product(batch, model.connector().of(queries.count(), 0)), new Pass(operators));
    }

    /** Returns one linear layer, or several with an activation between them, of each level. */
    private StageWork rows(RowConnector connector, long rows) {
      List<Operator> operators = new ArrayList<>();
      for (WeightBlock level : connector.blocks()) {
        List<Matrix> matrices = Matrix.of(level);
        for (Matrix matrix : matrices) {
          if (matrix != matrices.get(0)) {
            operators.add(kernels.activation(1, product(rows, matrix.in()), 1));
          }
          operators.add(kernels.linear(matrix, 1, rows));
        }
      }
      return new StageWork(model.connector().of(rows, 0), new Pass(operators));
    }

    /**
     * The operators of a Q-Former over a batch of images, each with some questions.
     *
     * @param kernels in the precision of the parts other than the language model
     * @param queries its dimensions
     * @param images in the batch
     * @param features rows of the tower for each image
     * @param questions about each image that it runs for, at least 1
     * @param words of each question that it reads
     */
    private record QueryArithmetic(
        Kernels kernels, QFormer queries, long images, long features, long questions, long words) {

      List<Operator> operators() {
        List<Operator> operators = new ArrayList<>();
        long looks = queries.looking().count();
        for (Matrix matrix : Matrix.of(queries.look(0))) {
          long rows = sees(matrix) ? product(images, features) : asking();
          operators.add(kernels.linear(matrix, looks, rows));
        }
        long perImage = product(questions, queries.queries().count());
        operators.addAll(attention(looks, perImage, features, images));
        operators.addAll(behind(looks, asking()));
        long rows = sum(asking(), read());
        operators.addAll(linear(queries.attention(0), queries.layers(), rows));
        long row = queries.queries().count() + words;
        operators.addAll(attention(queries.layers(), row, row, product(images, questions)));
        operators.addAll(behind(queries.layers(), rows));
        operators.addAll(mlp(queries.layers(), asking()));
        if (words > 0 && queries.layers() > 1) {
          operators.addAll(
              mlp(queries.layers() - 1L, read())); // the last layer's words lead nowhere
        }
        operators.addAll(linear(queries.ends(), 1, asking()));
        return operators;
      }

      private long asking() {
        return product(images, questions, queries.queries().count());
      }

      private long read() {
        return product(images, questions, words);
      }

      private static boolean sees(Matrix matrix) {
        return matrix.name().equals("key") || matrix.name().equals("value");
      }

      private List<Operator> linear(WeightBlock block, long times, long rows) {
        return Matrix.of(block).stream()
            .map(matrix -> kernels.linear(matrix, times, rows))
            .toList();
      }

      private List<Operator> attention(long times, long asking, long seen, long sequences) {
        long head = queries.hidden() / queries.heads();
        return kernels.attention(
            times,
            new AttentionSpan(sequences, queries.heads(), queries.heads(), head, asking, seen));
      }

      private List<Operator> behind(long times, long rows) {
        long width = product(rows, queries.hidden());
        return List.of(
            kernels.add("query_add", times, width), kernels.norm("query_norm", times, width));
      }

      private List<Operator> mlp(long times, long rows) {
        List<Operator> operators = new ArrayList<>(linear(queries.queryMlp(0), times, rows));
        operators.add(kernels.activation(times, product(rows, queries.mlp()), 1));
        operators.addAll(behind(times, rows));
        return operators;
      }
    }
  }
}
