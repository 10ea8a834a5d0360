package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {

  @TempDir private Path folder;

  private Page page(String... lines) throws IOException {
    return Page.read(Files.write(folder.resolve("page.md"), List.of(lines)));
  }

  @Test
  void anchorsAreMadeAsGitHubMakesThem() throws IOException {
    Page page =
        page("# SQL and spark.ml", "## The paper's `--mode`", "## A/b: c", "## `x_y`", "## X_y");

    assertThat(page.headings())
        .extracting(Page.Heading::slug)
        .containsExactly("sql-and-sparkml", "the-papers---mode", "ab-c", "x_y", "x_y-1");
  }

  @Test
  void linksAndHeadingsInsideCodeAreNone() throws IOException {
    Page page =
        page(
            "```sh",
            "# a comment",
            "echo [no](none)",
            "```",
            "",
            "`[no](none)` and [`one`](a.md#b) and [another",
            "one](c.md), ![three](d.png)");

    assertThat(page.headings()).isEmpty();
    assertThat(page.links())
        .containsExactly(
            new Page.Link("`one`", "a.md#b", false),
            new Page.Link("another\none", "c.md", false),
            new Page.Link("three", "d.png", true));
  }

  @Test
  void contentsEndAtTheNextHeading() throws IOException {
    Page page = page("# A", "[no](x.md)", "## Contents", "- [B](#b)", "", "## B", "[no](y.md)");

    assertThat(page.contents()).containsExactly(new Page.Link("B", "#b", false));
    assertThat(page.sections()).extracting(Page.Heading::text).containsExactly("B");
  }
}
