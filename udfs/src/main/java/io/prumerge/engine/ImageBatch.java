package io.prumerge.engine;

import io.prumerge.cost.CostModel;
import io.prumerge.model.EncodedImage;
import io.prumerge.model.Generation;
import io.prumerge.model.GreedyDecoding;
import io.prumerge.model.ImageInput;
import io.prumerge.model.PromptGroup;
import io.prumerge.model.VisionTower;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Images that go through the model together: the tower over all of them, each image's reductions,
 * then one generation with every image's, method's and question's rows.
 */
final class ImageBatch {

  /** Methods of one image that share their tokens, and the questions that fit behind these. */
  private record Asked(int image, List<Branch> sharers) {}

  private final LoadedModel loaded;
  private final CostModel cost;
  private final GreedyDecoding decoding;
  private final List<PendingImage> images;
  private final Runnable passed;
  private final List<AnswerSheet> sheets = new ArrayList<>();
  private final List<PromptGroup> groups = new ArrayList<>();
  private final List<Asked> asked = new ArrayList<>();

  /**
   * @param passed is run after each pass of the model
   */
  ImageBatch(
      LoadedModel loaded,
      CostModel cost,
      GreedyDecoding decoding,
      List<PendingImage> images,
      Runnable passed) {
    this.loaded = loaded;
    this.cost = cost;
    this.decoding = decoding;
    this.images = List.copyOf(images);
    this.passed = passed;
  }

  /**
   * The answers of each image, in order; those of a cancelled request are empty.
   *
   * @throws io.prumerge.model.TorchException if the device fails, or cannot hold the images
   */
  List<List<Answer>> answers() {
    List<ImageBranches> branches = new ArrayList<>();
    try {
      for (PendingImage image : images) {
        sheets.add(new AnswerSheet(image.request(), loaded, cost));
      }
      for (VisionTower.Depth depth : depths()) {
        encode(depth, branches);
      }
      askWithoutImages();
      List<List<Generation>> generations =
          decoding.generate(groups, group -> images.get(asked.get(group).image()).wanted(), passed);
      for (int g = 0; g < generations.size(); g++) {
        Asked one = asked.get(g);
        if (images.get(one.image()).wanted()) {
          sheets.get(one.image()).answer(one.sharers(), generations.get(g));
        }
      }
    } finally {
      branches.forEach(ImageBranches::close);
    }
    List<List<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      answers.add(images.get(i).wanted() ? sheets.get(i).answers() : List.of());
    }
    return answers;
  }

  // Images whose methods need the same of the tower go through it together.
  private Set<VisionTower.Depth> depths() {
    return images.stream()
        .filter(PendingImage::visual)
        .map(PendingImage::depth)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private void encode(VisionTower.Depth depth, List<ImageBranches> branches) {
    List<Integer> alike = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      PendingImage image = images.get(i);
      if (image.visual() && image.depth().equals(depth) && !sheets.get(i).asked().isEmpty()) {
        alike.add(i);
      }
    }
    if (alike.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    List<ImageInput> inputs = alike.stream().map(i -> images.get(i).input()).toList();
    List<EncodedImage> encoded = loaded.model().vision().encode(inputs, depth);
    double millis = ImageAnswerer.millisSince(start) / alike.size();
    passed.run();
    try {
      for (int i = 0; i < alike.size(); i++) {
        int image = alike.get(i);
        AnswerSheet sheet = sheets.get(image);
        sheet.preprocessed(images.get(image).preprocessMillis());
        sheet.encoded(millis);
        ImageBranches reduced =
            new ImageBranches(
                images.get(image).reducers(), encoded.get(i), loaded.model().projector(), sheet);
        branches.add(reduced);
        reduced.byTokens().forEach(sharers -> ask(image, sharers));
      }
    } finally {
      encoded.forEach(EncodedImage::close);
    }
  }

  private void ask(int image, List<Branch> sharers) {
    AnswerSheet sheet = sheets.get(image);
    List<AskedQuestion> fitting = sheet.fitting(sharers);
    if (!fitting.isEmpty()) {
      groups.add(sheet.group(fitting, sharers.get(0)));
      asked.add(new Asked(image, sharers));
    }
  }

  // Without an image there is nothing to reduce: one generation answers under every method.
  private void askWithoutImages() {
    for (int i = 0; i < images.size(); i++) {
      if (!images.get(i).visual()) {
        ask(i, sheets.get(i).textBranches());
      }
    }
  }
}
