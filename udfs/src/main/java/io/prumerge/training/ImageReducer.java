package io.prumerge.training;

import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.ModelLease;
import io.prumerge.image.codec.ImageException;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.ReducedImages;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns images into the visual tokens that a training learns from. Tower and method are those of
 * the evaluation. Neither is trained, so each image is to be reduced once. Thread-safe.
 */
public final class ImageReducer {

  private final ModelLease lease;
  private final LlavaModel model;
  private final TokenReducer reducer;
  private final LoraSettings lora;

  private ImageReducer(ModelLease lease, TokenReducer reducer, LoraSettings lora) {
    this.lease = lease;
    this.model = lease.model();
    this.reducer = reducer;
    this.lora = lora;
  }

  /**
   * @param model is to stay open as long as this is used
   * @param lora whether the connector is trained decides which methods fit
   * @throws ReductionException as {@link #requireTrainable}
   * @throws IllegalArgumentException as {@link AdapterTrainer#requireGradients}
   */
  public static ImageReducer of(ModelLease model, MethodSpec method, LoraSettings lora) {
    AdapterTrainer.requireGradients(model.model().checkpoint().config());
    requireTrainable(method, lora);
    return new ImageReducer(model, TokenReducers.of(method), lora);
  }

  /**
   * Refuses a method whose tokens no training could learn from.
   *
   * @throws ReductionException in one line, for a method that cuts inside the decoder, or chooses
   *     by what a connector shows that is trained
   */
  public static void requireTrainable(MethodSpec method, LoraSettings lora) {
    TokenReducer reducer = TokenReducers.of(method);
    if (TokenReducers.dropsInDecoder(reducer)) {
      throw cutting(reducer);
    }
    if (lora.connector()
        && TowerEvidence.withSources(reducer.sees()).contains(new TowerEvidence.Projected())) {
      throw new ReductionException(
          "Cannot train the connector with "
              + method
              + ", which chooses by what comes out of it: its choice would change with every step."
              + " Leave the connector as it is");
    }
  }

  private static ReductionException cutting(TokenReducer reducer) {
    return new ReductionException(
        "Cannot train with "
            + reducer.spec()
            + ", which drops tokens inside the decoder; use a method that chooses before it");
  }

  /**
   * Returns whether the tokens depend on the question, and an image is to be reduced for each of
   * them.
   */
  public boolean perQuestion() {
    return reducer.perQuestion();
  }

  /**
   * Reduces an image.
   *
   * @param image encoded bytes
   * @param question the user's text for methods that look at it; others do not read it
   * @throws ImageException if it is no usable image
   * @throws ReductionException if the method cannot reduce it
   * @throws io.prumerge.torch.TorchException if the device fails
   */
  public ReducedImage reduce(byte[] image, String question) throws ImageException {
    return reduce(image, List.of(question)).get(0);
  }

  /**
   * Reduces one image for several questions; the tower runs once.
   *
   * @return one for each question, in order
   */
  public List<ReducedImage> reduce(byte[] image, List<String> questions) throws ImageException {
    TorchRuntime.useThreads(LlavaEngine.threads()); // any thread is to come to the same bits
    try (EncodedImages encoded = lease.encode(image, List.of(reducer))) {
      if (!perQuestion()) {
        try (ReducedImages tokens = encoded.reduce(reducer)) {
          ReducedImage reduced = reduced(tokens);
          return questions.stream().map(question -> reduced).toList();
        }
      }
      List<ReducedImage> reduced = new ArrayList<>();
      try (QuestionReader reader = lease.reader()) {
        for (String question : questions) {
          try (ReducedImages tokens = encoded.reduce(reducer, question, reader)) {
            reduced.add(reduced(tokens));
          }
        }
      }
      return reduced;
    }
  }

  private ReducedImage reduced(ReducedImages tokens) {
    TokenReducer applied = tokens.applied();
    int layers = model.checkpoint().config().text().layers();
    if (!applied.cuts(tokens.tokens(), layers).isEmpty()) {
      throw cutting(applied);
    }
    ReducedView view = tokens.views().get(0);
    if (view.stage() == Stage.AFTER_CONNECTOR && lora.connector()) {
      throw new ReductionException(
          "Cannot train the connector with "
              + reducer.spec()
              + ", which takes its tokens after it. Leave the connector as it is");
    }
    float[] rows = model.rows(view);
    int[] positions =
        tokens.positions().ofRuns().get(0).stream().mapToInt(Integer::intValue).toArray();
    return new ReducedImage(
        view.stage(),
        view.tokens(),
        rows.length / view.tokens(),
        rows,
        positions,
        tokens.positions().span());
  }
}
