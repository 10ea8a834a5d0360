package io.prumerge.engine;

import io.prumerge.cost.CostModel;
import io.prumerge.image.ClipPreprocessor;
import io.prumerge.image.ImageDecoder;
import io.prumerge.image.ImageException;
import io.prumerge.image.ImageLimits;
import io.prumerge.model.EncodedImage;
import io.prumerge.model.Generation;
import io.prumerge.model.GreedyDecoding;
import io.prumerge.model.ImageInput;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.PromptGroup;
import io.prumerge.model.StopTokens;
import io.prumerge.model.TorchException;
import io.prumerge.model.VisionTower;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way of one image through a loaded model: decode and encode it once, reduce and project per
 * method, then answer all questions of all methods together. Thread-safe; pixels are made on the
 * caller's thread, the device serves one request at a time.
 */
final class ImageAnswerer implements AutoCloseable {

  private final LoadedModel loaded;
  private final GreedyDecoding decoding;
  private final CostModel cost;
  // Two passes at once would only share the same cores or the same device.
  private final ReentrantLock device = new ReentrantLock(true /* first come, first served */);

  private ImageAnswerer(LoadedModel loaded) {
    this.loaded = loaded;
    this.decoding =
        loaded.model().decoding(new StopTokens(loaded.checkpoint().generation().eosTokenIds()));
    this.cost = CostModel.of(loaded.checkpoint().config());
  }

  static ImageAnswerer load(EngineConfig config) {
    return new ImageAnswerer(LoadedModel.load(config));
  }

  List<Answer> answer(ImageRequest request) {
    AnswerSheet sheet = new AnswerSheet(request, loaded, cost);
    try {
      if (request.image() == null) {
        answerText(sheet);
      } else {
        answerImage(request, sheet);
      }
    } catch (ImageException e) {
      sheet.failOpen(ErrorKind.of(e));
    } catch (TorchException e) {
      if (!e.outOfMemory()) {
        throw e;
      }
      sheet.failOpen(ErrorKind.DEVICE_OUT_OF_MEMORY.with(e.getMessage()));
    }
    return sheet.answers();
  }

  private void answerImage(ImageRequest request, AnswerSheet sheet) throws ImageException {
    if (sheet.asked().isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    ClipPreprocessor preprocessor = loaded.preprocessor();
    float[] pixels = preprocessor.pixels(ImageDecoder.decode(request.image(), ImageLimits.DEFAULT));
    sheet.preprocessed(millisSince(start));
    ImageInput input = new ImageInput(pixels, sha256(request.image()));
    List<TokenReducer> reducers = request.methods().stream().map(TokenReducers::of).toList();
    device.lock();
    List<Branch> branches = new ArrayList<>();
    try {
      LlavaModel model = loaded.model();
      long encodeStart = System.nanoTime();
      try (EncodedImage image =
          model.vision().encode(List.of(input), VisionTower.Depth.of(reducers)).get(0)) {
        sheet.encoded(millisSince(encodeStart));
        reduce(reducers, image, branches, sheet);
      }
      generate(branches, sheet);
    } finally {
      branches.forEach(Branch::close);
      device.unlock();
    }
  }

  private void reduce(
      List<TokenReducer> reducers, EncodedImage image, List<Branch> branches, AnswerSheet sheet) {
    for (int m = 0; m < reducers.size(); m++) {
      try {
        branches.add(Branch.reduce(m, reducers.get(m), image, loaded.model().projector()));
      } catch (ReductionException e) {
        sheet.fail(m, ErrorKind.REDUCTION_FAILED.with(e.getMessage()));
      }
    }
    sheet.scored(image.scoringMillis());
  }

  private void generate(List<Branch> branches, AnswerSheet sheet) {
    List<PromptGroup> groups = new ArrayList<>();
    List<Branch> grouped = new ArrayList<>();
    for (Branch branch : branches) {
      List<AskedQuestion> fitting = sheet.fitting(branch.method(), branch.tokens());
      if (!fitting.isEmpty()) {
        groups.add(sheet.group(fitting, branch.projected()));
        grouped.add(branch);
      }
    }
    List<List<Generation>> generations = decoding.generate(groups);
    for (int b = 0; b < grouped.size(); b++) {
      sheet.answer(grouped.get(b), generations.get(b));
    }
  }

  // Without an image there is nothing to reduce: one generation answers under every method.
  private void answerText(AnswerSheet sheet) {
    List<AskedQuestion> fitting = sheet.fittingText();
    if (fitting.isEmpty()) {
      return;
    }
    device.lock();
    try {
      sheet.answerText(decoding.generate(List.of(sheet.textGroup(fitting))).get(0));
    } finally {
      device.unlock();
    }
  }

  String device() {
    return loaded.device();
  }

  String dtype() {
    return loaded.model().precision().label();
  }

  static double millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  @Override
  public void close() {
    loaded.close();
  }
}
