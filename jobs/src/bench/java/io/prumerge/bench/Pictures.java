package io.prumerge.bench;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** JPEG files of COCO's size, drawn from a seed, with POPE-like questions about them. */
final class Pictures {

  private static final int WIDTH = 640;
  private static final int HEIGHT = 480;
  private static final int SPOTS = 60;

  /** Of COCO; written out, since the borrowed tokenizer spells them, as long as Llama's wording. */
  private static final List<String> OBJECTS =
      List.of(
          "snowboard",
          "backpack",
          "umbrella",
          "handbag",
          "suitcase",
          "skateboard",
          "surfboard",
          "fork",
          "sandwich",
          "broccoli",
          "carrot",
          "keyboard",
          "toothbrush",
          "scissors",
          "microwave",
          "zebra",
          "giraffe",
          "elephant");

  private Pictures() {}

  /** The first {@code count} pictures of a folder, each with 18 questions. */
  static List<AskedImage> draw(Path folder, int count) throws IOException {
    Files.createDirectories(folder);
    List<AskedImage> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = folder.resolve("%06d.jpg".formatted(i));
      if (!Files.exists(file)) {
        ImageIO.write(picture(new SplittableRandom(i)), "jpg", file.toFile());
      }
      pictures.add(new AskedImage(file, Files.readAllBytes(file), questions()));
    }
    return pictures;
  }

  private static List<String> questions() {
    return OBJECTS.stream()
        .map(
            object ->
                "Is there a %s in the image?\nAnswer the question using a single word or phrase."
                    .formatted(object))
        .toList();
  }

  private static BufferedImage picture(SplittableRandom random) {
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = picture.createGraphics();
    pen.setPaint(new GradientPaint(0, 0, colour(random), WIDTH, HEIGHT, colour(random)));
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    for (int spot = 0; spot < SPOTS; spot++) {
      pen.setColor(colour(random));
      int side = random.nextInt(8, 160);
      pen.fillOval(random.nextInt(WIDTH), random.nextInt(HEIGHT), side, random.nextInt(8, 160));
    }
    pen.dispose();
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        picture.setRGB(x, y, picture.getRGB(x, y) ^ (random.nextInt() & 0x0F0F0F));
      }
    }
    return picture;
  }

  private static Color colour(SplittableRandom random) {
    return new Color(random.nextInt(1 << 24));
  }
}
