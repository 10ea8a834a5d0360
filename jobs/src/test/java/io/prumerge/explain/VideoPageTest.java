package io.prumerge.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.engine.MethodChoice;
import io.prumerge.explain.Explain.ExplainPage;
import io.prumerge.image.FrameTimes;
import io.prumerge.store.Json;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What {@code explain} shows of a video: a strip of its frames. */
class VideoPageTest {

  private static final ExplainSettings SETTINGS =
      new ExplainSettings("mini", "cpu", "fp32", true, "stretch", "raw", Optional.empty());

  private static FrameTimes times(int frames) {
    return new FrameTimes(
        IntStream.range(0, frames).mapToObj(frame -> frame * 0.5).toList(),
        OptionalDouble.of(2),
        false);
  }

  private static ExplainedImage video(int frames, FrameTimes times) {
    List<ExplainedMethod> methods = new ArrayList<>();
    for (MethodChoice choice :
        List.of(
            Explanations.keepingOfEach(frames),
            Explanations.staying(
                4 * frames, Explanations.patches(1, 3, List.of(0, 4 * frames - 1), List.of())))) {
      methods.add(new ExplainedMethod(choice, 1, 2, 3, Optional.empty()));
    }
    return new ExplainedImage(
        "file:/x/dance",
        "1-dance",
        "00",
        Explanations.video(frames),
        Optional.of(new VideoStrip(Explanations.frames(frames), times, frames)),
        methods);
  }

  private static Document page(ExplainedImage image) throws Exception {
    String page = ExplainPage.of(SETTINGS, List.of(image));
    byte[] xml = page.replace("<!DOCTYPE html>", "").getBytes(StandardCharsets.UTF_8);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml));
  }

  private static List<Element> strips(Document page) {
    List<Element> strips = new ArrayList<>();
    NodeList all = page.getElementsByTagName("div");
    for (int i = 0; i < all.getLength(); i++) {
      if (all.item(i) instanceof Element one && one.getAttribute("class").equals("strip")) {
        strips.add(one);
      }
    }
    return strips;
  }

  private static List<String> captions(Element strip) {
    List<String> captions = new ArrayList<>();
    NodeList all = strip.getElementsByTagName("figcaption");
    for (int i = 0; i < all.getLength(); i++) {
      captions.add(all.item(i).getTextContent());
    }
    return captions;
  }

  @Test
  void eachFrameIsThereWithItsKeptPatchesAndTheirCount() throws Exception {
    Document page = page(video(3, times(3)));

    List<Element> strips = strips(page);
    assertThat(strips).as("attention, a method, another's both stages").hasSize(4);
    assertThat(captions(strips.get(0)))
        .containsExactly("frame 1 at 0.0 s", "frame 2 at 0.5 s", "frame 3 at 1.0 s");
    assertThat(captions(strips.get(1)))
        .containsExactly(
            "frame 1 at 0.0 s: 2 of 4", "frame 2 at 0.5 s: 1 of 4", "frame 3 at 1.0 s: 1 of 4");
    assertThat(captions(strips.get(2)).get(0)).isEqualTo("frame 1 at 0.0 s: 4 of 4");
    assertThat(captions(strips.get(3)))
        .containsExactly(
            "frame 1 at 0.0 s: 1 of 4", "frame 2 at 0.5 s: 0 of 4", "frame 3 at 1.0 s: 1 of 4");
    String text = page.getDocumentElement().getTextContent();
    assertThat(text)
        .contains("3 frames of 40 × 30 pixels, each seen as 2 × 2 patches.")
        .contains("4 of 12 patches")
        .contains("2 of 12 patches")
        .doesNotContain("whole image");
    assertThat(page.getElementsByTagName("image").getLength()).as("each frame once").isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "16, 16", "17, 16", "32, 16", "1000, 16"})
  void sixteenFramesAreDrawnAtMostAndTheOthersCounted(int frames, int drawn) throws Exception {
    ExplainedImage image = video(frames, FrameTimes.UNKNOWN);
    VideoStrip strip = image.video().orElseThrow();
    assertThat(strip.shown()).hasSize(drawn).doesNotHaveDuplicates().isSorted().startsWith(0);
    assertThat(strip.hidden()).hasSize(frames - drawn);
    if (frames > 100) {
      return; // as above
    }
    Document page = page(image);

    assertThat(captions(strips(page).get(1)).get(0)).isEqualTo("frame 1: 2 of 4");
    assertThat(page.getElementsByTagName("image").getLength()).isEqualTo(drawn);
    if (frames == 32) {
      assertThat(page.getDocumentElement().getTextContent())
          .contains("33 of 128 patches; 16 of 64 in the 16 frames that are not drawn")
          .contains("16 are drawn");
    }
  }

  @Test
  void aViewOfTwoFramesIsNamedByBoth() {
    VideoStrip strip = new VideoStrip(Explanations.frames(5), times(5), 3);

    assertThat(strip.shown().stream().map(strip::name))
        .containsExactly("frames 1 to 2 at 0.0 s", "frames 3 to 4 at 1.0 s", "frame 5 at 2.0 s");
    assertThat(strip.frame(2)).isSameAs(strip.frames().get(4));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void filesShowTheFramesBesideEachOther(int frames) throws IOException {
    Map<String, byte[]> files = video(frames, times(frames)).files();

    assertThat(files.keySet())
        .containsExactly(
            "attention.png",
            "kept-first_tokens=" + (frames + 1) + ".png",
            "kept-fastv_layer=1,tokens=1.png",
            "kept-fastv_layer=1,tokens=1-from-1.png");
    for (byte[] file : files.values()) {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
      assertThat(image.getWidth()).as("the longer side").isEqualTo(1008);
      assertThat(image.getHeight()).isLessThan(1008);
    }
  }

  @Test
  void theTableAndTheDocumentCountByFrame() throws IOException {
    ExplainedImage image = video(3, times(3));

    assertThat(ExplainTable.lines(image))
        .startsWith("file:/x/dance: 3 frames, 3 of 12 patches above the fence of their frame")
        .anyMatch(line -> line.contains("in each frame"))
        .anyMatch(line -> line.contains("1 to 2"));
    JsonNode document =
        new ObjectMapper()
            .readTree(
                Json.write(
                    ExplainDocument.of(
                        new ExplainResult(SETTINGS, List.of(image), new Path("/x/explain.html")))))
            .at("/images/0");
    assertThat(document.get("tiles")).isEmpty();
    assertThat(document.get("frames")).hasSize(3);
    assertThat(document.at("/frames/2/seconds").doubleValue()).isEqualTo(1);
    assertThat(document.at("/frames/1/outliers").toString()).isEqualTo("[5]");
    ExplainedImage picture =
        new ExplainedImage("a", "1-a", "00", Explanations.tiled(1, 2), List.of());
    assertThat(
            Json.write(
                ExplainDocument.of(new ExplainResult(SETTINGS, List.of(picture), new Path("/x")))))
        .doesNotContain("frames");
  }
}
