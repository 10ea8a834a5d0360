package io.prumerge.model.tower;

import io.prumerge.config.FeatureSelect;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.ModelTraits;
import io.prumerge.host.DeviceOption;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewSpan;
import io.prumerge.model.connector.Projector;
import io.prumerge.model.connector.TokenLayout;
import io.prumerge.model.script.UserScript;
import io.prumerge.model.script.UserScripts;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ScriptCall;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The vision tower, run only as deep as the methods need. */
public final class VisionTower implements AutoCloseable {

  private final Torch torch;
  private final LlavaConfig config;
  private final ModelTraits traits;
  private final Projector projector;
  private final TokenLayout layout;
  private final TowerModule module;
  private final TowerPixels pixels;
  private final InsideRuns inside;
  private final SmallImages small;
  private final UserScripts scripts;
  private final boolean takesBytes = DeviceOption.BYTE_PIXELS.on();

  /**
   * @param projector for evidence about projected patches; not closed here
   * @param layout for evidence about the sequence; not closed here
   */
  public VisionTower(
      Torch torch,
      LlavaConfig config,
      TensorLoader loader,
      Projector projector,
      TokenLayout layout) {
    this.torch = torch;
    this.config = config;
    this.traits = config.traits();
    this.projector = projector;
    this.layout = layout;
    this.module = new TowerModule(torch, config, loader);
    this.pixels = new TowerPixels(torch, module.like(), config.vision().channels());
    this.inside = new InsideRuns(torch, config, new TowerLayers(torch, config, module));
    this.small = new SmallImages(torch, config, module);
    this.scripts = new UserScripts(torch, loader.device());
  }

  /**
   * Encodes a batch of images' views in one pass.
   *
   * @return one per input, in order; each is to be closed
   */
  public List<EncodedView> encode(List<PreparedView> inputs, TowerDepth depth) {
    return pass(inputs, depth, true);
  }

  /**
   * Encodes the views of one prompt in passes of some of them, for methods that act after the
   * tower.
   *
   * @param passes the views of each, which are all together
   * @return as {@link #encode}
   */
  public List<EncodedView> encodeInPasses(
      List<PreparedView> inputs, TowerDepth depth, List<ViewSpan> passes) {
    List<EncodedView> images = new ArrayList<>();
    try {
      for (ViewSpan some : passes) {
        images.addAll(pass(inputs.subList(some.first(), some.end()), depth, false));
      }
      group(inputs, images);
      return images;
    } catch (RuntimeException | Error e) {
      images.forEach(EncodedView::close);
      throw e;
    }
  }

  /**
   * @param whole whether the views are all of their prompts: else they get to know each other later
   */
  private List<EncodedView> pass(List<PreparedView> inputs, TowerDepth depth, boolean whole) {
    if (config.vision().kind().anySize()) {
      return passOfAnySize(inputs, depth, whole);
    }
    List<PreparedView> some = inputs.stream().filter(VisionTower::hasSomePixels).toList();
    if (some.isEmpty()) {
      return passOfSquares(inputs, depth, whole);
    }
    List<PreparedView> others = inputs.stream().filter(view -> !hasSomePixels(view)).toList();
    List<EncodedView> images = new ArrayList<>();
    try {
      images.addAll(others.isEmpty() ? List.of() : passOfSquares(others, depth, whole));
      Iterator<EncodedView> ofOthers = List.copyOf(images).iterator();
      List<EncodedView> ofSome = images(some, whole, place -> someStates(some.get(place), depth));
      images.addAll(ofSome);
      Iterator<EncodedView> next = ofSome.iterator();
      return inputs.stream()
          .map(view -> hasSomePixels(view) ? next.next() : ofOthers.next())
          .toList();
    } catch (RuntimeException | Error e) {
      images.forEach(EncodedView::close);
      throw e;
    }
  }

  private static boolean hasSomePixels(PreparedView view) {
    return view.kept().isPresent();
  }

  // Of views by themselves: they are of unequal lengths. Nobody looks at their layers.
  private TowerStates someStates(PreparedView view, TowerDepth depth) {
    int side = config.vision().imageSize();
    int[] kept = view.kept().orElseThrow().places();
    TowerPlan plan = TowerPlan.plain(reach().plan(depth).run());
    boolean all = kept.length == config.patches(view.image()).patches();
    Torch.Value[] made;
    try (Torch.Value input = pixels.tensor(List.of(view.input()), side, side)) {
      made =
          all ? module.run(input, side, module.embeddings(), plan) : module.run(input, kept, plan);
    }
    made[4].close(); // no layer is watched
    made[5].close();
    try (TowerStates states =
        new TowerStates(made[0], made[1], made[2], made[3], List.of(), plan.run())) {
      return states.image(torch, 0);
    }
  }

  private List<EncodedView> passOfSquares(
      List<PreparedView> inputs, TowerDepth depth, boolean whole) {
    int side = config.vision().imageSize();
    TowerPlan plan = reach().plan(depth);
    List<Integer> watched = IntStream.of(plan.watched()).boxed().toList();
    Torch.Value[] made;
    try (Torch.Value input =
        pixels.tensor(inputs.stream().map(PreparedView::input).toList(), side, side)) {
      made = module.run(input, side, module.embeddings(), plan);
    }
    try (TowerStates states =
            new TowerStates(made[0], made[1], made[2], made[3], watched, plan.run());
        Torch.Value values = made[4];
        Torch.Value forked = made[5]) {
      List<EncodedView> images = images(inputs, whole, place -> states.image(torch, place));
      try {
        SharedRun shared = new SharedRun(states.queries(), states.keys(), values, watched);
        awaitFor(depth);
        // Methods inside the tower may look for their numbers of tokens.
        new BatchRead(torch)
            .read(images.stream().map(EncodedView::evidence).toList(), depth.read());
        if (whole) {
          inside.run(depth.inside(), images, plan, shared, forked);
        }
        return images;
      } catch (RuntimeException | Error e) {
        images.forEach(EncodedView::close);
        throw e;
      }
    }
  }

  private List<EncodedView> passOfAnySize(
      List<PreparedView> inputs, TowerDepth depth, boolean whole) {
    List<PatchGrid> grids = inputs.stream().map(input -> config.patches(input.image())).toList();
    try (PackedStates batch =
        PackedStates.of(torch, config, module, pixels, inputs, grids, reach().plan(depth))) {
      List<EncodedView> images = images(inputs, whole, batch::view);
      try {
        awaitFor(depth);
        new BatchRead(torch)
            .read(images.stream().map(EncodedView::evidence).toList(), depth.read());
        return images;
      } catch (RuntimeException | Error e) {
        images.forEach(EncodedView::close);
        throw e;
      }
    }
  }

  // The time of the run would be that of what looks at it.
  private void awaitFor(TowerDepth depth) {
    if (!depth.read().isEmpty() || !depth.inside().isEmpty()) {
      module.await();
    }
  }

  private List<EncodedView> images(
      List<PreparedView> inputs, boolean whole, IntFunction<TowerStates> states) {
    List<EncodedView> images = new ArrayList<>();
    try {
      for (int i = 0; i < inputs.size(); i++) {
        images.add(image(inputs.get(i), states.apply(i)));
      }
      if (whole) {
        group(inputs, images);
      }
      return images;
    } catch (RuntimeException e) {
      images.forEach(EncodedView::close);
      throw e;
    }
  }

  private EncodedView image(PreparedView input, TowerStates states) {
    try {
      return new EncodedView(torch, this, config, input, states);
    } catch (RuntimeException e) {
      states.close();
      throw e;
    }
  }

  // Methods look at the other views for their numbers of tokens.
  private static void group(List<PreparedView> inputs, List<EncodedView> images) {
    for (int i = 0; i < inputs.size(); i++) {
      int first = i - inputs.get(i).view();
      List<EncodedView> views = images.subList(first, first + inputs.get(i).grids().views());
      images.get(i).among(List.copyOf(views));
    }
  }

  /** Returns the features [side x side, F] of a smaller image; the caller closes them. */
  Torch.Value features(float[] pixels, int side) {
    return small.features(pixels, side);
  }

  /**
   * Has a user's script choose.
   *
   * @param seen as {@link UserScript#choose}
   * @param grid of the view's patches
   */
  ScriptChoice choose(ScriptCall call, List<Torch.Value> seen, PatchGrid grid) {
    try {
      return scripts.of(call.file()).choose(call, seen, grid, module.like());
    } catch (TorchException e) {
      if (e.outOfMemory() || e.deviceLost()) {
        throw e;
      }
      throw call.failure("it cannot be loaded: " + e.reason());
    }
  }

  /** Returns whether pixels may come as bytes, which the device normalises. */
  public boolean takesBytes() {
    return takesBytes;
  }

  /** Returns the width of one level of the features. */
  long featureWidth() {
    return config.featureSize();
  }

  /** Returns the width of one level of projected features. */
  long width() {
    return config.text().hiddenSize();
  }

  /** Returns the patches that one row of the features is made of. */
  int patchesOfRow() {
    return config.vision().kind().patchesOfBlock();
  }

  /** Returns what methods ask about the model. */
  ModelTraits traits() {
    return traits;
  }

  /**
   * Refuses evidence of layers that methods cannot look at.
   *
   * @throws ReductionException if the features do not need them, or they attend within windows
   */
  public static void requireLayers(LlavaConfig config, TowerEvidence evidence) {
    TowerReach reach = new TowerReach(config);
    evidence.layers().forEach(reach::seen);
  }

  Projector projector() {
    return projector;
  }

  TokenLayout layout() {
    return layout;
  }

  TowerModule module() {
    return module;
  }

  /** Returns which layers are needed for what. */
  TowerReach reach() {
    return new TowerReach(config);
  }

  @Override
  public void close() {
    scripts.close();
    pixels.close();
    small.close();
    module.close();
  }

  /**
   * The tower over images that are smaller than its own size. Positions are interpolated as
   * transformers 4.57.1 does ({@code interpolate_pos_encoding} of CLIP's and SigLIP's embeddings),
   * in fp32.
   */
  private static final class SmallImages implements AutoCloseable {

    private final Torch torch;
    private final LlavaConfig config;
    private final TowerModule module;
    private final Map<Integer, Torch.Value> resized = new HashMap<>();

    /**
     * @param module the tower's, not closed here
     */
    SmallImages(Torch torch, LlavaConfig config, TowerModule module) {
      this.torch = torch;
      this.config = config;
      this.module = module;
    }

    /**
     * Returns the features [side x side, F] of one image; the caller closes them.
     *
     * @param pixels 3 x S x S, S = side x size of a patch
     */
    Torch.Value features(float[] pixels, int side) {
      int edge = side * config.vision().patchSize();
      TowerPlan plan = TowerPlan.plain(config.featureDepth());
      Torch.Value[] states;
      try (Torch.Value input = module.tensor(pixels, 1, config.vision().channels(), edge, edge)) {
        states = module.run(input, edge, resized(side), plan);
      }
      try (Torch.Value whole = torch.call("row", states[0], 0)) {
        return module.patches(whole);
      } finally {
        Arrays.stream(states).forEach(Torch.Value::close);
      }
    }

    // The tower's embeddings with other positions; kept, since every image asks for the same.
    private Torch.Value resized(int side) {
      synchronized (resized) {
        return resized.computeIfAbsent(side, module::resized);
      }
    }

    @Override
    public void close() {
      resized.values().forEach(Torch.Value::close);
    }
  }

  /** The runs of the methods that act inside the tower, each over all images of a batch. */
  private static final class InsideRuns {

    private final Torch torch;
    private final LlavaConfig config;
    private final TowerLayers layers;

    InsideRuns(Torch torch, LlavaConfig config, TowerLayers layers) {
      this.torch = torch;
      this.config = config;
      this.layers = layers;
    }

    /**
     * Runs each method and gives the images what it left of them.
     *
     * @param images the batch, the views of an image together
     * @param plan of the run that all methods share
     * @param shared what that run left
     * @param forked its hidden states at the plan's forks
     */
    void run(
        Set<TowerMethod> methods,
        List<EncodedView> images,
        TowerPlan plan,
        SharedRun shared,
        Torch.Value forked) {
      if (!cuts()) {
        return; // a method fails when it takes its tokens
      }
      for (TowerMethod method : methods) {
        int fork = plan.fork(layers.reach().shared(method.inside()));
        Torch.Value rows = torch.call("tower_rows", forked, fork);
        try (TowerRun run =
            new TowerRun(torch, layers, method.inside(), shared, rows, images.size())) {
          for (int place = 0; place < images.size(); place += images.get(place).views().size()) {
            add(method, images.get(place).views(), place, run);
          }
          run.run();
        }
      }
    }

    private boolean cuts() {
      return config.selection().positions() == FeatureSelect.DEFAULT
          && config.selection().layers().size() == 1
          && !config.traits().ofBlocks();
    }

    // Nothing of an image that cannot have the number of tokens: it fails when it is reduced.
    private static void add(TowerMethod method, List<EncodedView> views, int place, TowerRun run) {
      int[] tokens;
      try {
        TokenReducer sized = method.reducer().on(views.get(0)); // once for all views
        tokens = views.stream().mapToInt(sized::tokens).toArray();
      } catch (ReductionException e) {
        return;
      }
      for (int view = 0; view < tokens.length; view++) {
        run.add(views.get(view), place + view, tokens[view]);
      }
    }
  }
}
