package io.prumerge.model.tower;

import io.prumerge.model.connector.VisualTokens;
import io.prumerge.model.text.TextReader;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.Measures;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ScriptCall;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TowerEvidence;
import java.util.List;

/**
 * One image beside a question: its evidence is the image's own, and what the question's text shows
 * of the patches. Closed with the image.
 */
final class AskedImage implements PatchTokens {

  private final EncodedImage image;
  private final String question;
  private final TextReader reader;

  AskedImage(EncodedImage image, String question, TextReader reader) {
    this.image = image;
    this.question = question;
    this.reader = reader;
  }

  @Override
  public int count() {
    return image.count();
  }

  @Override
  public int gridSide() {
    return image.gridSide();
  }

  @Override
  public int tokens() {
    return image.tokens();
  }

  @Override
  public int queries() {
    return image.queries();
  }

  @Override
  public float[] of(TowerEvidence evidence) {
    return image.of(evidence, question, reader);
  }

  @Override
  public long textFlops(TowerEvidence.OfText evidence) {
    return image.textFlops(evidence, question);
  }

  @Override
  public Measures measures() {
    return image.measures();
  }

  @Override
  public int[] padding() {
    return image.padding();
  }

  @Override
  public byte[] imageSha256() {
    return image.imageSha256();
  }

  @Override
  public VisualTokens all() {
    return image.all();
  }

  @Override
  public VisualTokens gather(Stage stage, int[] kept) {
    return image.gather(stage, kept);
  }

  @Override
  public VisualTokens blend(Stage stage, List<Blend> tokens) {
    return image.blend(stage, tokens);
  }

  @Override
  public VisualTokens inTower(InTower method, int tokens) {
    throw new ReductionException(
        "Cannot act inside the vision tower, which runs once for all questions, with a number of"
            + " tokens that depends on the question; give a number");
  }

  @Override
  public VisualTokens downsampled(int side) {
    return image.downsampled(side);
  }

  @Override
  public ScriptChoice choose(ScriptCall call) {
    return image.choose(call);
  }

  @Override
  public VisualTokens merge(int[] kept, int neighbours, boolean summary) {
    return image.merge(kept, neighbours, summary);
  }
}
