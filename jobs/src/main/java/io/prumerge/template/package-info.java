/** Fills the templates of pages; values are escaped here and nowhere else. */
package io.prumerge.template;
