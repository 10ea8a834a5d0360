package io.prumerge.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.image.codec.RgbImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** torchvision's resize of bytes, against what it made itself; see notebooks/goldens. */
class TorchResizeTest {

  @Test
  void equalsTorchvisionBitForBit() throws IOException {
    JsonNode goldens = io.prumerge.Goldens.json("video/video.json").get("resized");
    assertThat(goldens.size()).isGreaterThan(70);
    List<String> differing = new ArrayList<>();
    for (JsonNode golden : goldens) {
      RgbImage frame = MadeFrames.frame(1, golden.get(1).asInt(), golden.get(0).asInt());
      byte[] resized =
          Resample.BICUBIC.torchResized(frame, golden.get(3).asInt(), golden.get(2).asInt());
      if (!Goldens.sha256(resized).equals(golden.get(4).asText())) {
        differing.add(golden.toString());
      }
    }
    assertThat(differing).isEmpty();
  }

  /** Pillow's weights have more bits. */
  @Test
  void isNotPillows() {
    RgbImage frame = MadeFrames.frame(1, 61, 45);
    byte[] torch = Resample.BICUBIC.torchResized(frame, 56, 56);
    byte[] pillow = Resample.BICUBIC.resized(frame, 56, 56, new java.awt.Rectangle(56, 56)).rgb();
    int unequal = 0;
    for (int i = 0; i < torch.length; i++) {
      int difference = Math.abs((torch[i] & 0xff) - (pillow[i] & 0xff));
      assertThat(difference).isLessThanOrEqualTo(2);
      unequal += difference == 0 ? 0 : 1;
    }
    assertThat(unequal).isBetween(1, torch.length / 50);
  }

  @Test
  void leavesAPictureOfThatSizeAsItIs() {
    RgbImage frame = MadeFrames.frame(2, 7, 5);
    assertThat(Resample.BICUBIC.torchResized(frame, 7, 5)).isEqualTo(frame.rgb());
  }
}
