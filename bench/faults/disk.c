/* A disk that fails: preloaded before the C library, it counts what a process writes to, truncates and syncs in the
   files whose path begins with a given one, and breaks at the event with a given number.

   kinds   1 kill      the process is killed before the event
           2 EIO       the event fails once with EIO
           3 ENOSPC    from the event on every write fails with ENOSPC: the disk is full
           4 loss      the power goes before the event: whatever has not been synced is gone
           5 torn      as 4, but of what has not been synced some is there, some not, some half */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NONE, KILL, IO_ERROR, FULL, LOSS, TORN };
enum { SECTOR = 512 };

struct undo {
    struct undo *before;
    char path[512];
    off_t at, size;
    size_t length;
    char *old;
};

static char watched[512];
static int kind = NONE;
static long point, count;
static struct undo *unsynced;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_sync)(int), (*real_datasync)(int), (*real_truncate)(int, off_t);

static void find(void) {
    if (real_pwrite) return;
    real_sync = dlsym(RTLD_NEXT, "fsync");
    real_datasync = dlsym(RTLD_NEXT, "fdatasync");
    real_truncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
}

static int path_of(int descriptor, char *path) {
    char link[64];
    if (!*watched) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, 511);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, watched, strlen(watched))) return 0;
    return length < 4 || strcmp(path + length - 4, "-shm"); /* the index is made anew after a crash */
}

static void remember(int descriptor, const char *path, off_t at, size_t length) {
    struct stat now;
    if (fstat(descriptor, &now)) return;
    struct undo *one = calloc(1, sizeof *one);
    snprintf(one->path, sizeof one->path, "%s", path);
    one->at = at;
    one->size = now.st_size;
    if (at < now.st_size) {
        size_t rest = now.st_size - at;
        one->length = rest < length ? rest : length;
        one->old = malloc(one->length);
        if (pread(descriptor, one->old, one->length, at) < 0) one->length = 0;
    }
    one->before = unsynced;
    unsynced = one;
}

static void forget(const char *path) {
    struct undo **place = &unsynced;
    while (*place) {
        struct undo *one = *place;
        if (strcmp(one->path, path)) {
            place = &one->before;
            continue;
        }
        *place = one->before;
        free(one->old);
        free(one);
    }
}

static void lose(void) {
    for (struct undo *one = unsynced; one; one = one->before) {
        int descriptor = open(one->path, O_RDWR);
        int fate = kind == TORN ? rand() % 3 : 0; /* gone, there, half there */
        if (descriptor < 0 || fate == 1) continue;
        size_t kept = fate == 2 ? one->length / 2 / SECTOR * SECTOR : 0;
        if (one->length > kept)
            real_pwrite(descriptor, one->old + kept, one->length - kept, one->at + kept);
        if (kind == LOSS) real_truncate(descriptor, one->size);
        close(descriptor);
    }
}

static int strikes(int writes) {
    if (kind == NONE) return 0;
    count++;
    if (kind == FULL && count >= point && writes) { errno = ENOSPC; return 1; }
    if (count != point) return 0;
    if (kind == IO_ERROR) { errno = EIO; return 1; }
    if (kind == FULL) return 0;
    if (kind != KILL) lose();
    kill(getpid(), SIGKILL);
    return 1;
}

ssize_t pwrite64(int descriptor, const void *data, size_t length, off_t at) {
    char path[512];
    find();
    if (path_of(descriptor, path)) {
        if (strikes(1)) return -1;
        if (kind >= LOSS) remember(descriptor, path, at, length);
    }
    return real_pwrite(descriptor, data, length, at);
}

ssize_t pwrite(int descriptor, const void *data, size_t length, off_t at) {
    return pwrite64(descriptor, data, length, at);
}

int ftruncate64(int descriptor, off_t size) {
    char path[512];
    find();
    if (path_of(descriptor, path)) {
        if (strikes(1)) return -1;
        if (kind >= LOSS) {
            struct stat now;
            if (!fstat(descriptor, &now) && now.st_size > size) remember(descriptor, path, size, now.st_size - size);
        }
    }
    return real_truncate(descriptor, size);
}

int ftruncate(int descriptor, off_t size) { return ftruncate64(descriptor, size); }

static int synced(int descriptor, int (*real)(int)) {
    char path[512];
    if (path_of(descriptor, path)) {
        if (strikes(0)) return -1;
        int done = real(descriptor);
        if (!done) forget(path);
        return done;
    }
    return real(descriptor);
}

int fsync(int descriptor) { find(); return synced(descriptor, real_sync); }
int fdatasync(int descriptor) { find(); return synced(descriptor, real_datasync); }

/* Break ``at`` the event with this number in the files whose path begins with ``path``. */
void faults_arm(const char *path, int what, long at, unsigned seed) {
    snprintf(watched, sizeof watched, "%s", path);
    kind = what;
    point = at;
    count = 0;
    srand(seed);
}

/* How many events there have been since. */
long faults_count(void) { return count; }
