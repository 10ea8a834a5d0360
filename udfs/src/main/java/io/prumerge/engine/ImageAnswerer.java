package io.prumerge.engine;

import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.SequenceLayout;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.host.DaemonThreads;
import io.prumerge.host.DeviceOption;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageException;
import io.prumerge.model.PassLimits;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.torch.TorchRuntime;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** One loaded model, and how much of it runs at once. */
final class ImageAnswerer implements Answerer {

  // More questions than a step needs to be worth its weights; their requests wait in memory.
  private static final int MOST_OPEN = 128;
  // Rules take milliseconds an image, and the other threads make pixels.
  private static final int MOST_REDUCERS = 8;
  // Slots of an image's questions and answers, where these are of an ordinary length.
  private static final int TEXT_SLOTS = 128;

  private final LoadedModel loaded;
  private final Lanes lanes;
  private final PassLimits limits;
  private final GreedyDecoding decoding;
  private final CostModel cost;
  private final int mostViews;
  private final int mostTokens;
  private final Optional<ExecutorService> reducing;

  ImageAnswerer(LoadedModel loaded, Lanes lanes) {
    this.loaded = loaded;
    this.lanes = lanes;
    this.limits = loaded.model().limits(lanes.count());
    this.decoding =
        new GreedyDecoding(
            loaded.model().greedy(new StopTokens(loaded.checkpoint().generation().eosTokenIds())),
            limits);
    this.cost = CostModel.of(loaded.checkpoint().config());
    SequenceLayout layout = loaded.checkpoint().config().layout();
    this.mostViews = layout.mostViews();
    this.mostTokens = layout.mostTokens();
    this.reducing =
        DeviceOption.REDUCE_ASIDE.on() ? Optional.of(reducers(lanes)) : Optional.empty();
  }

  // They compute on a processor as the lane would.
  private static ExecutorService reducers(Lanes lanes) {
    ThreadFactory threads = DaemonThreads.numbered("prumerge-reduce");
    return Executors.newFixedThreadPool(
        Math.max(1, Math.min(MOST_REDUCERS, lanes.count() * lanes.threads() / 2)),
        work ->
            threads.newThread(
                () -> {
                  TorchRuntime.useThreads(lanes.threads());
                  work.run();
                }));
  }

  /**
   * @param threads processor threads for the model, where it runs on the processor
   */
  static ImageAnswerer load(EngineConfig config, int threads) {
    LoadedModel loaded = LoadedModel.load(config);
    try {
      DecoderWeights decoder = loaded.checkpoint().config().decoder();
      Lanes all = Lanes.of(decoder, loaded.model().device().equals("cpu"), threads);
      return new ImageAnswerer(loaded, config.oneLane() ? all.one() : all);
    } catch (RuntimeException | Error e) {
      loaded.close();
      throw e;
    }
  }

  @Override
  public Lanes lanes() {
    return lanes;
  }

  @Override
  public int mostImages() {
    return Math.max(1, limits.images() / mostViews);
  }

  @Override
  public int mostOpen() {
    long fit = limits.slots() / (mostTokens + TEXT_SLOTS);
    return (int) Math.max(1, Math.min(fit, MOST_OPEN / lanes.count()));
  }

  /** Takes each frame of a video for a view. */
  @Override
  public int expectedWeight(ImageRequest request) {
    int pictures = 0;
    int frames = 0;
    for (Visual visual : request.visuals()) {
      if (visual instanceof Visual.Video video) {
        frames += video.frames().size();
      } else {
        pictures++;
      }
    }
    return Math.max(1, pictures + images(frames));
  }

  // A batch of square images has room for the most views that each may have.
  private int images(int views) {
    return (views + mostViews - 1) / mostViews;
  }

  LoadedModel loaded() {
    return loaded;
  }

  @Override
  public void prepare(PendingRequest pending) throws ImageException {
    if (pending.request().visuals().isEmpty()) {
      pending.prepared(new RequestAnswers(pending.request(), loaded, cost, List.of()));
      return;
    }
    long start = System.nanoTime();
    PreparedImages prepared = loaded.prepare(pending.request().visuals(), pending.reducers());
    RequestAnswers begun =
        new RequestAnswers(pending.request(), loaded, cost, prepared.grids().images());
    begun.shared().preprocessed(millisSince(start));
    LlavaConfig config = loaded.checkpoint().config();
    int views = PassLimits.images(config, prepared.grids());
    pending.prepared(begun, prepared, config.vision().kind().anySize() ? views : images(views));
  }

  @Override
  public Lane lane(Runnable passed) {
    return lane(passed, reducing.map(Executor.class::cast));
  }

  /**
   * @param reducing where methods choose tokens; empty for the lane's own thread
   */
  Lane lane(Runnable passed, Optional<Executor> reducing) {
    return new ImageLane(loaded, limits.images(), decoding.scheduler(passed), passed, reducing);
  }

  @Override
  public List<Answer> failed(PendingRequest pending, String error) {
    // Whatever the views are: no question is asked.
    List<ViewGrid> images =
        Collections.nCopies(pending.request().visuals().size(), ViewGrid.ONE_VIEW);
    RequestAnswers begun = new RequestAnswers(pending.request(), loaded, cost, images);
    begun.failOpen(error);
    return begun.answers();
  }

  @Override
  public String device() {
    return loaded.model().device();
  }

  static double millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }

  @Override
  public void close() {
    reducing.ifPresent(ExecutorService::shutdown); // the lanes have taken all that they gave it
    loaded.close();
  }
}
