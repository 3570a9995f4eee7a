/* Static pages: the files below /www, each read when it is first asked for and kept. */
#include "httpd.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct page {
    struct page *next;
    char *path;
    char *bytes;
    size_t length;
};

static struct page *pages;

static const char *type_of(const char *path) {
    static const char *const types[][2] = {{".html", "text/html; charset=utf-8"}, {".css", "text/css"},
                                           {".txt", "text/plain; charset=utf-8"}, {".js", "text/javascript"},
                                           {".svg", "image/svg+xml"},             {".png", "image/png"}};
    const char *dot = strrchr(path, '.');
    for (unsigned i = 0; dot && i < sizeof types / sizeof types[0]; i++)
        if (strcmp(dot, types[i][0]) == 0) return types[i][1];
    return "application/octet-stream";
}

/* Reads a regular file whole. Null when it is none, or there is no memory. */
static struct page *read_page(int descriptor, const char *path) {
    struct stat status;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return NULL;
    struct page *page = calloc(1, sizeof *page);
    if (!page) return NULL;
    page->length = (size_t)status.st_size;
    page->path = strdup(path);
    page->bytes = malloc(page->length + 1);
    if (page->path && page->bytes && read(descriptor, page->bytes, page->length) == (ssize_t)page->length) return page;
    free(page->path);
    free(page->bytes);
    free(page);
    return NULL;
}

static struct page *load(const char *path) {
    char full[320];
    snprintf(full, sizeof full, "/www%s", path);
    int descriptor = open(full, O_RDONLY);
    if (descriptor < 0) return NULL;
    struct page *page = read_page(descriptor, path);
    close(descriptor);
    if (!page) return NULL;
    page->next = pages;
    return pages = page;
}

/* Whether no other path names the same file: what is kept for each is then bounded by the files there are. */
static bool is_canonical(const char *path) {
    return path[0] == '/' && !strstr(path, "//") && !strstr(path, "/.");
}

bool page_find(const char *path, struct body *body, const char **type) {
    if (strcmp(path, "/") == 0) path = "/index.html";
    struct page *page = pages;
    while (page && strcmp(page->path, path) != 0) page = page->next;
    if (!page && !is_canonical(path)) return false;
    if (!page) page = load(path);
    if (!page) return false;
    *body = (struct body){page->bytes, page->length, page->length ? page->length : 1};
    *type = type_of(path);
    return true;
}
