package io.prumerge.benchmark.file;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/**
 * POPE in LLaVA's layout about drawn pictures, each of another size. There is a dog in each and no
 * cat, and both are asked for. The settings take turns.
 *
 * @param folder POPE's folder
 */
public record DogsAndCats(Path folder) {

  /** Draws the pictures and writes the questions and labels. */
  public static DogsAndCats drawn(Path folder, int images) throws IOException {
    DogsAndCats pope = new DogsAndCats(folder);
    Files.createDirectories(pope.image(0).getParent());
    List<String> questions = new ArrayList<>();
    Map<String, List<String>> labels = new TreeMap<>();
    for (int i = 0; i < images; i++) {
      String setting = List.of("random", "popular", "adversarial").get(i % 3);
      List<String> own = labels.computeIfAbsent(setting, absent -> new ArrayList<>());
      draw(pope.image(i), i);
      String name = pope.image(i).getFileName().toString();
      for (String thing : List.of("dog", "cat")) {
        String text = "Is there a %s in the image?".formatted(thing);
        questions.add(PopeFiles.question(questions.size() + 1, name, text, setting));
        own.add(PopeFiles.label(own.size() + 1, name, text, thing.equals("dog") ? "yes" : "no"));
      }
    }
    PopeFiles.questions(folder, questions.toArray(String[]::new));
    for (Map.Entry<String, List<String>> one : labels.entrySet()) {
      PopeFiles.labels(folder, one.getKey(), one.getValue().toArray(String[]::new));
    }
    return pope;
  }

  private static void draw(Path file, int number) throws IOException {
    BufferedImage picture = new BufferedImage(40 + number, 30, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = picture.createGraphics();
    pen.setColor(new Color(30 * number, 200 - 25 * number, 90));
    pen.fillOval(3 * number, number, 20, 12 + number);
    pen.dispose();
    ImageIO.write(picture, "png", file.toFile());
  }

  /** Returns the file of a picture. */
  public Path image(int number) {
    return folder.resolve("val2014").resolve(number + ".png");
  }

  /** Replaces a picture by bytes that are none. */
  public void damage(int number) throws IOException {
    Files.write(image(number), new byte[] {1, 2, 3});
  }

  /** Makes examples of the files as they are now. */
  public void prepare(Path examples) {
    PopeFiles.prepare(folder, examples.toString());
  }
}
