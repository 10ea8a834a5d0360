package io.prumerge.reduction.run;

import io.prumerge.config.ModelTraits;
import io.prumerge.config.ReferenceModel;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.ViewSpan;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.Measures;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.PixelRule;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ScriptCall;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.Tiles;
import io.prumerge.reduction.TowerEvidence;
import java.util.List;
import java.util.Optional;

/**
 * Patches that are those of another image in all that is not overridden. {@link #views} is not
 * forwarded: an image in tiles has to wrap each of them.
 */
public interface ForwardedPatches extends PatchTokens {

  /** Returns the image whose patches these are. */
  PatchTokens image();

  @Override
  default int view() {
    return image().view();
  }

  @Override
  default ViewSpan ownViews() {
    return image().ownViews();
  }

  @Override
  default boolean ofVideo() {
    return image().ofVideo();
  }

  @Override
  default Optional<Tiles> tiles() {
    return image().tiles();
  }

  @Override
  default int sequence() {
    return image().sequence();
  }

  @Override
  default int staying() {
    return image().staying();
  }

  @Override
  default int[] learnedPlaces() {
    return image().learnedPlaces();
  }

  @Override
  default PatchTokens within(PictureLimit limit) {
    return image().within(limit);
  }

  @Override
  default int count() {
    return image().count();
  }

  @Override
  default PatchGrid grid() {
    return image().grid();
  }

  @Override
  default int tokens() {
    return image().tokens();
  }

  @Override
  default ModelTraits traits() {
    return image().traits();
  }

  // One by one, since methods in jars override single ones of these.

  @Override
  default int queries() {
    return image().queries();
  }

  @Override
  default boolean learnedPositions() {
    return image().learnedPositions();
  }

  @Override
  default boolean crossAttended() {
    return image().crossAttended();
  }

  @Override
  default boolean positionsHaveParts() {
    return image().positionsHaveParts();
  }

  @Override
  default ReferenceModel reference() {
    return image().reference();
  }

  @Override
  default boolean hasClassToken() {
    return image().hasClassToken();
  }

  @Override
  default boolean ofBlocks() {
    return image().ofBlocks();
  }

  @Override
  default boolean feedsClassToken() {
    return image().feedsClassToken();
  }

  @Override
  default boolean amongText() {
    return image().amongText();
  }

  @Override
  default boolean behindConnector() {
    return image().behindConnector();
  }

  @Override
  default float[] of(TowerEvidence evidence) {
    return image().of(evidence);
  }

  @Override
  default int[] padding() {
    return image().padding();
  }

  @Override
  default long textFlops(TowerEvidence.OfText evidence) {
    return image().textFlops(evidence);
  }

  @Override
  default Measures measures() {
    return image().measures();
  }

  @Override
  default byte[] imageSha256() {
    return image().imageSha256();
  }

  @Override
  default Reduction all() {
    return image().all();
  }

  @Override
  default Reduction gather(Stage stage, int[] indices) {
    return image().gather(stage, indices);
  }

  @Override
  default Reduction blend(Stage stage, List<Blend> tokens) {
    return image().blend(stage, tokens);
  }

  @Override
  default Reduction inTower(InTower method, int tokens) {
    return image().inTower(method, tokens);
  }

  @Override
  default Reduction ofPixels(PixelRule rule) {
    return image().ofPixels(rule);
  }

  @Override
  default Reduction merge(int[] indices, int neighbours, boolean summary) {
    return image().merge(indices, neighbours, summary);
  }

  @Override
  default ScriptChoice choose(ScriptCall call) {
    return image().choose(call);
  }

  @Override
  default Reduction downsampled(int side) {
    return image().downsampled(side);
  }
}
