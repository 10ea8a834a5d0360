package io.prumerge.engine;

import io.prumerge.generation.MemoryLimit;
import io.prumerge.torch.TorchException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the lanes of a model and sees to it that each request ends. Thread-safe: each lane is run by
 * a thread of its own.
 *
 * <p>Images that the tower has no room for are cut in halves, and so are later ones for some time
 * ({@link MemoryLimit}); one that does not fit beside what the decoder has waits for it, and one
 * that does not fit alone gets typed errors. Images that it fails on otherwise are cut too, so that
 * one image cannot take the others with it. A device that is lost is not asked again: all that
 * comes later fails as what was asked last.
 */
final class LaneRunner {

  private static final Logger LOG = LoggerFactory.getLogger(LaneRunner.class);

  private final Answerer answerer;
  private final MemoryLimit most;
  private volatile TorchException lost;

  LaneRunner(Answerer answerer) {
    this.answerer = answerer;
    this.most = new MemoryLimit(answerer.mostImages());
  }

  /** Images that go through the tower at once, at most. */
  int most() {
    return (int) most.now();
  }

  /** Gives images to a lane; those that it does not take are ended here. */
  void take(Lane lane, List<PendingRequest> batch) {
    take(lane, batch, 1);
  }

  // steps: of the decoder before an image is tried again that does not fit beside it
  private void take(Lane lane, List<PendingRequest> batch, int steps) {
    try {
      // A request may be cancelled at any moment, so each is looked at once.
      Map<Boolean, List<PendingRequest>> wanted =
          batch.stream().collect(Collectors.partitioningBy(PendingRequest::wanted));
      wanted.get(false).forEach(pending -> pending.answer(List.of()));
      if (!wanted.get(true).isEmpty()) {
        takeWanted(lane, wanted.get(true), steps);
      }
    } catch (RuntimeException | Error e) {
      batch.forEach(pending -> pending.fail(e)); // those that have not ended
    }
  }

  private void takeWanted(Lane lane, List<PendingRequest> requests, int steps) {
    if (lost != null) {
      throw lost;
    }
    try {
      lane.take(requests);
      most.passed();
    } catch (RuntimeException e) {
      takeLess(lane, requests, steps, e);
    }
  }

  /** Does one step of a lane that is busy. */
  void step(Lane lane) {
    try {
      if (lost != null) {
        throw lost;
      }
      lane.step();
    } catch (RuntimeException | Error e) {
      if (e instanceof TorchException torch && torch.deviceLost()) {
        lost = torch;
      }
      lane.fail(e);
    }
  }

  private void lower(int images) {
    if (most.lower(images)) {
      LOG.warn(
          "{} ran out of memory: from now on at most {} images go through the tower at once",
          answerer.device(),
          images);
    }
  }

  private void takeLess(Lane lane, List<PendingRequest> requests, int steps, RuntimeException why) {
    if (why instanceof TorchException torch && torch.deviceLost()) {
      lost = torch;
      lane.fail(torch);
      throw torch;
    }
    boolean memory = why instanceof TorchException torch && torch.outOfMemory();
    int half = requests.size() / 2;
    if (memory && half == 0 && lane.busy()) {
      for (int step = 0; step < steps && lane.busy(); step++) {
        step(lane); // so that the decoder gives back what it has
      }
      take(lane, requests, 2 * steps);
    } else if (half > 0) {
      if (memory) {
        lower(half);
      }
      int end = 0;
      while (end < requests.size()) {
        int start = end;
        end = Math.min(requests.size(), start + (memory ? Math.min(half, most()) : half));
        take(lane, requests.subList(start, end));
      }
    } else if (memory) {
      PendingRequest pending = requests.get(0);
      String error = ErrorKind.DEVICE_OUT_OF_MEMORY.with(why.getMessage());
      pending.answer(answerer.failed(pending, error));
    } else {
      throw why;
    }
  }
}
