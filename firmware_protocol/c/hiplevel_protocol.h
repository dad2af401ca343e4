/* SPDX-License-Identifier: Apache-2.0
 *
 * The messages between a hiplevel sensor and its host, version 1.0, for firmware; ../SPEC.md
 * says what they mean.  C99; no allocation, no global state, nothing but the headers below.
 * It needs 8-bit bytes and IEEE 754 single floats, and works on either byte order.
 *
 * hlp_encode_*  returns the number of bytes written, or a negative hlp_error.
 * hlp_decode_*  returns HLP_OK, or a negative hlp_error; then the message is not to be used.
 *               `newer` other than 0 lets the bytes pass that a sender with a newer minor
 *               version adds at the end.
 */
#ifndef HIPLEVEL_PROTOCOL_H
#define HIPLEVEL_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HLP_MAJOR_VERSION 1
#define HLP_MINOR_VERSION 0
#define HLP_COMPANY_ID 0xFFFFu
#define HLP_TICK_HZ 1000000u
#define HLP_MAX_SAMPLES 19
#define HLP_AXES 6
#define HLP_MAX_CHOICES 8
#define HLP_MAX_LISTED_LOGS 4
#define HLP_LOG_BLOCK_BYTES 256
#define HLP_LOG_ENTRY_BYTES 56
#define HLP_MAX_LOG_CHUNK_BYTES 238
#define HLP_MAX_MESSAGE_BYTES 244 /* of everything but a log block and a frame */
#define HLP_MAX_PAYLOAD_BYTES 512
#define HLP_MAX_FRAME_BYTES (HLP_MAX_PAYLOAD_BYTES + 9)
#define HLP_UNKNOWN_BATTERY 255
#define HLP_UNKNOWN_TEMPERATURE (-32768)
#define HLP_NO_FLASH 0xFFFFu
#define HLP_NO_LOG 0xFFFFu
#define HLP_NO_COUNT (-32768)

/* Own UUIDs: 00e4NNNN-283e-4eaa-b621-31b5f45ae4c2; here in the order of the air (little endian). */
#define HLP_UUID_BYTES(number)                                                                  \
    0xc2, 0xe4, 0x5a, 0xf4, 0xb5, 0x31, 0x21, 0xb6, 0xaa, 0x4e, 0x3e, 0x28, (number)&0xff,      \
        ((number) >> 8) & 0xff, 0xe4, 0x00
enum {
    HLP_SERVICE = 1,
    HLP_INFO = 2,
    HLP_CONFIG = 3,
    HLP_CONTROL = 4,
    HLP_DATA = 5,
    HLP_LOG = 6,
    HLP_STATUS = 7
};

typedef enum {
    HLP_OK = 0,
    HLP_TOO_SHORT = -1,
    HLP_TOO_LONG = -2,
    HLP_UNKNOWN_TYPE = -3,
    HLP_UNKNOWN_OP = -4,
    HLP_UNSUPPORTED_VERSION = -5,
    HLP_INVALID_VALUE = -6,
    HLP_CHECKSUM = -7,
    HLP_NO_SPACE = -8 /* the buffer to encode into is too small */
} hlp_error;

enum {
    HLP_OP_START = 0x01,
    HLP_OP_STREAM = 0x02,
    HLP_OP_STOP = 0x03,
    HLP_OP_SET_TIME = 0x04,
    HLP_OP_PING = 0x05,
    HLP_OP_LIST_LOGS = 0x07,
    HLP_OP_GET_RANGE = 0x08,
    HLP_OP_CANCEL_RANGE = 0x09,
    HLP_OP_ERASE = 0x0A,
    HLP_OP_SHUTDOWN = 0x0B,
    HLP_OP_RANGE_DONE = 0x0F /* in replies only */
};

enum {
    HLP_STATUS_OK = 0,
    HLP_STATUS_UNKNOWN_OP = 1,
    HLP_STATUS_INVALID_ARGUMENT = 2,
    HLP_STATUS_WRONG_STATE = 3,
    HLP_STATUS_NOT_FOUND = 4,
    HLP_STATUS_FLASH_FULL = 5,
    HLP_STATUS_BATTERY_LOW = 6,
    HLP_STATUS_BUSY = 7,
    HLP_STATUS_NOT_AUTHORISED = 8,
    HLP_STATUS_CHECKSUM_DIFFERS = 9,
    HLP_STATUS_INTERNAL = 10
};

enum { HLP_IDLE = 0, HLP_RUNNING = 1, HLP_FAULT = 2, HLP_CHARGING = 3 };
enum { HLP_MOUNTING_UNKNOWN = 0, HLP_BACK_OF_PELVIS = 1 };

enum {
    HLP_CAN_LOG = 1,
    HLP_CAN_GYROSCOPE = 2,
    HLP_CAN_TIME_SYNC = 4,
    HLP_CAN_SHUTDOWN = 8,
    HLP_ERASE_NEEDS_BOND = 16,
    HLP_CAN_COMPACT_DATA = 32
};

enum { HLP_START_STREAM = 1, HLP_START_LOG = 2 };

enum {
    HLP_ACC_CLIPPED = 1,
    HLP_GYR_CLIPPED = 2,
    HLP_SAMPLES_LOST = 4,
    HLP_PACKETS_SKIPPED = 8
};

enum { HLP_LOG_CLOSED = 1, HLP_LOG_WALL_TIME_KNOWN = 2 };

enum {
    HLP_BATTERY_LOW = 1,
    HLP_FLASH_FULL = 2,
    HLP_LOGGING = 4,
    HLP_STREAMING = 8,
    HLP_WALL_TIME_SET = 16
};

typedef struct {
    uint8_t battery_percent;
    uint8_t state;
} hlp_announcement;

typedef struct {
    uint8_t protocol_minor;
    uint16_t capabilities;
    uint32_t boot_id;
    uint8_t mounting;
    uint8_t max_samples_per_packet;
    uint32_t log_capacity_bytes;
    uint8_t n_rates;
    uint8_t n_acc_ranges;
    uint8_t n_gyr_ranges;
    uint16_t rates_hz[HLP_MAX_CHOICES];
    uint16_t acc_ranges_g[HLP_MAX_CHOICES];
    uint16_t gyr_ranges_dps[HLP_MAX_CHOICES];
} hlp_info;

typedef struct {
    uint16_t rate_hz;
    uint16_t acc_range_g;
    uint16_t gyr_range_dps;
    uint8_t samples_per_packet;
} hlp_config_request;

typedef struct {
    hlp_config_request settings;
    float acc_scale; /* m/s2 per count */
    float gyr_scale; /* rad/s per count */
} hlp_config;

/* `op` says which argument holds; the others are not to be read. */
typedef struct {
    uint8_t op;
    uint8_t token;
    union {
        uint8_t start_flags;
        uint8_t stream_on;
        int64_t unix_us;     /* SET_TIME */
        uint64_t t1;         /* PING */
        uint16_t first;      /* LIST_LOGS */
        struct {
            uint16_t log_id;
            uint32_t offset;
            uint32_t length;
        } range;             /* GET_RANGE */
        struct {
            uint16_t log_id;
            uint32_t crc32;
        } erase;
    } args;
} hlp_command;

typedef struct {
    uint16_t log_id;
    uint16_t flags;
    uint32_t boot_id;
    uint32_t session_id;
    uint32_t n_samples;
    uint64_t t_first_us;
    int64_t unix_first_us;
    uint16_t rate_hz;
    uint16_t acc_range_g;
    uint16_t gyr_range_dps;
    float acc_scale;
    float gyr_scale;
    uint32_t n_bytes;
    uint32_t crc32;
} hlp_log_entry;

/* `op` is the command's, without bit 7.  The result holds if the status is 0, that of
 * RANGE_DONE always. */
typedef struct {
    uint8_t op;
    uint8_t token;
    uint8_t status;
    union {
        struct {
            uint32_t session_id;
            uint64_t t_us;
            uint16_t log_id;
        } started;
        uint32_t next_seq;   /* STREAM */
        uint32_t n_samples;  /* STOP */
        uint64_t t_us;       /* SET_TIME */
        struct {
            uint64_t t1;
            uint64_t t2_us;
            uint64_t t3_us;
        } pong;
        struct {
            uint16_t n_total;
            uint8_t n_here;
            hlp_log_entry entries[HLP_MAX_LISTED_LOGS];
        } log_list;
        uint32_t length;     /* GET_RANGE */
        struct {
            uint16_t log_id;
            uint32_t offset;
            uint32_t length;
            uint32_t crc32;
        } range_done;
    } result;
} hlp_reply;

typedef struct {
    uint8_t flags;
    uint32_t seq;
    uint64_t t_us;
    uint8_t n;
    int16_t counts[HLP_MAX_SAMPLES][HLP_AXES];
} hlp_data; /* also the content of a log block; seq is its first_seq */

typedef struct {
    uint8_t flags;
    uint16_t seq_low;
    uint32_t t_us_low;
    int16_t counts[HLP_AXES];
} hlp_compact_data;

typedef struct {
    uint16_t log_id;
    uint32_t offset;
    const uint8_t *data; /* decoded: inside the message */
    size_t size;
} hlp_log_chunk;

typedef struct {
    uint8_t state;
    uint16_t flags;
    uint32_t boot_id;
    uint32_t session_id;
    uint32_t next_seq;
    uint32_t n_dropped;
    uint16_t battery_mv;
    int16_t temperature_centi_c;
    uint16_t log_fill_permille;
    uint16_t log_id;
} hlp_status;

int hlp_encode_announcement(const hlp_announcement *message, uint8_t *out, size_t capacity);
int hlp_decode_announcement(const uint8_t *data, size_t size, hlp_announcement *out);

int hlp_encode_info(const hlp_info *message, uint8_t *out, size_t capacity);
int hlp_decode_info(const uint8_t *data, size_t size, hlp_info *out);

int hlp_encode_config_request(const hlp_config_request *message, uint8_t *out, size_t capacity);
int hlp_decode_config_request(const uint8_t *data, size_t size, int newer,
                              hlp_config_request *out);

int hlp_encode_config(const hlp_config *message, uint8_t *out, size_t capacity);
int hlp_decode_config(const uint8_t *data, size_t size, int newer, hlp_config *out);

/* After HLP_UNKNOWN_OP, and after any other error with `size` of 2 or more, op and token of
 * `out` are those of the bytes, for the refusal. */
int hlp_encode_command(const hlp_command *message, uint8_t *out, size_t capacity);
int hlp_decode_command(const uint8_t *data, size_t size, int newer, hlp_command *out);

int hlp_encode_reply(const hlp_reply *message, uint8_t *out, size_t capacity);
int hlp_decode_reply(const uint8_t *data, size_t size, int newer, hlp_reply *out);

int hlp_encode_log_entry(const hlp_log_entry *message, uint8_t *out, size_t capacity);
int hlp_decode_log_entry(const uint8_t *data, size_t size, hlp_log_entry *out);

int hlp_encode_data(const hlp_data *message, uint8_t *out, size_t capacity);
int hlp_decode_data(const uint8_t *data, size_t size, int newer, hlp_data *out);

int hlp_encode_compact_data(const hlp_compact_data *message, uint8_t *out, size_t capacity);
int hlp_decode_compact_data(const uint8_t *data, size_t size, int newer, hlp_compact_data *out);

int hlp_encode_log_chunk(const hlp_log_chunk *message, uint8_t *out, size_t capacity);
int hlp_decode_log_chunk(const uint8_t *data, size_t size, hlp_log_chunk *out);

int hlp_encode_log_block(const hlp_data *message, uint8_t *out, size_t capacity);
int hlp_decode_log_block(const uint8_t *data, size_t size, hlp_data *out);

int hlp_encode_status(const hlp_status *message, uint8_t *out, size_t capacity);
int hlp_decode_status(const uint8_t *data, size_t size, int newer, hlp_status *out);

/* CRC-32 as in zlib; `start` is the checksum of what came before, 0 at the beginning. */
uint32_t hlp_crc32(const uint8_t *data, size_t size, uint32_t start);

/* Frames over a wire.  Push a byte, then take events until there is none:
 *
 *     hlp_frames_push(&frames, byte);
 *     while (hlp_frames_next(&frames, &event)) { ... }
 */
typedef struct {
    uint8_t buffer[HLP_MAX_FRAME_BYTES];
    size_t size;
    size_t taken;
} hlp_frames;

typedef enum { HLP_EVENT_FRAME, HLP_EVENT_NOISE } hlp_event_kind;

typedef struct {
    hlp_event_kind kind;
    uint8_t channel;
    const uint8_t *payload; /* until the next call */
    size_t size;            /* of the payload, or of the noise */
} hlp_event;

int hlp_encode_frame(uint8_t channel, const uint8_t *payload, size_t size, uint8_t *out,
                     size_t capacity);
void hlp_frames_init(hlp_frames *frames);
int hlp_frames_push(hlp_frames *frames, uint8_t byte); /* 0: take the events first */
int hlp_frames_next(hlp_frames *frames, hlp_event *event);

#ifdef __cplusplus
}
#endif

#endif
