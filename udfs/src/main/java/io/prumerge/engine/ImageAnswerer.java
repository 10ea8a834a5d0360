package io.prumerge.engine;

import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.SequenceLayout;
import io.prumerge.cost.CostModel;
import io.prumerge.engine.PendingRequest.RequestAnswers;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.image.ImageException;
import io.prumerge.model.PassLimits;
import io.prumerge.model.greedy.GreedyPasses.StopTokens;
import io.prumerge.model.tower.PreparedImages;
import java.util.List;
import java.util.Optional;

/** One loaded model, and how much of it runs at once. */
final class ImageAnswerer implements Answerer {

  // More questions than a step needs to be worth its weights; their requests wait in memory.
  private static final int MOST_OPEN = 128;
  // Slots of an image's questions and answers, where these are of an ordinary length.
  private static final int TEXT_SLOTS = 128;

  private final LoadedModel loaded;
  private final Lanes lanes;
  private final PassLimits limits;
  private final GreedyDecoding decoding;
  private final CostModel cost;
  private final int mostViews;
  private final int mostTokens;

  private ImageAnswerer(LoadedModel loaded, Lanes lanes) {
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
  }

  /**
   * @param threads processor threads for the model, where it runs on the processor
   */
  static ImageAnswerer load(EngineConfig config, int threads) {
    LoadedModel loaded = LoadedModel.load(config);
    try {
      DecoderWeights decoder = loaded.checkpoint().config().decoder();
      return new ImageAnswerer(
          loaded, Lanes.of(decoder, loaded.model().device().equals("cpu"), threads));
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

  LoadedModel loaded() {
    return loaded;
  }

  @Override
  public void prepare(PendingRequest pending) throws ImageException {
    RequestAnswers begun = new RequestAnswers(pending.request(), loaded, cost);
    if (pending.request().images().isEmpty()) {
      pending.prepared(begun, Optional.empty());
      return;
    }
    long start = System.nanoTime();
    PreparedImages prepared = loaded.prepare(pending.request().images(), pending.reducers());
    begun.shared().preprocessed(millisSince(start));
    pending.prepared(begun, Optional.of(prepared));
  }

  @Override
  public Lane lane(Runnable passed) {
    return new ImageLane(loaded, limits.images(), decoding.scheduler(passed), passed);
  }

  @Override
  public List<Answer> failed(PendingRequest pending, String error) {
    RequestAnswers begun = new RequestAnswers(pending.request(), loaded, cost);
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
    loaded.close();
  }
}
