/* Assize: a rules and metrics engine. The C++17 interface: a thin layer of move-only classes over assize.h.
 *
 * - Every function that can fail throws `assize::Error`, which has the status, the message and, of rules that do not
 *   check, the diagnostics.
 * - Texts go in as `std::string_view`. What comes out as `std::string_view`, `assize::Names` or `assize::Ids` is lent by
 *   the object it came from, for as long as assize.h says; `std::string` is the caller's.
 * - Objects keep alive what they need: they may end in any order.
 * - `Rules`, `Results` and `Store` may be used by any number of threads at the same time; `Session` and `Evaluation` by
 *   one at a time.
 */

#ifndef ASSIZE_HPP
#define ASSIZE_HPP

#include "assize.h"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assize {

/** A civil date: `{2026, 6, 1}`. */
using Date = assize_date;

/** A lent text; empty where there is none. */
inline std::string_view view(assize_str text) noexcept {
    return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.length);
}

/** The version of the library. */
inline std::string_view version() noexcept { return view(assize_version()); }

/** One thing that is wrong with rules; lines and columns from 1, 0 where it has no place. */
struct Diagnostic {
    assize_severity severity;
    std::string code;
    std::string message;
    std::string file;
    std::string label;
    std::string help;
    std::uint32_t line;
    std::uint32_t column;
    std::uint32_t end_line;
    std::uint32_t end_column;
};

namespace detail {

template <typename T, void (*Free)(T *)> struct Freed {
    void operator()(T *handle) const noexcept { Free(handle); }
};

template <typename T, void (*Free)(T *)> using Handle = std::unique_ptr<T, Freed<T, Free>>;

using ErrorHandle = Handle<assize_error, assize_error_free>;
using TextHandle = Handle<assize_text, assize_text_free>;

/** A struct that says its size. */
template <typename T> T sized() noexcept {
    T made = T();
    made.struct_size = sizeof(T);
    return made;
}

inline std::vector<Diagnostic> copy(const assize_diagnostics *list) {
    std::vector<Diagnostic> found;
    const std::size_t count = assize_diagnostics_count(list);
    found.reserve(count);
    for (std::size_t index = 0; index < count; ++index) {
        auto at = sized<assize_diagnostic>();
        if (assize_diagnostics_get(list, index, &at, nullptr) != ASSIZE_OK) {
            break;
        }
        found.push_back({at.severity, std::string(view(at.code)), std::string(view(at.message)),
                         std::string(view(at.file)), std::string(view(at.label)), std::string(view(at.help)), at.line,
                         at.column, at.end_line, at.end_column});
    }
    return found;
}

inline std::string rendered(const assize_diagnostics *list) {
    assize_text *text = nullptr;
    if (list == nullptr || assize_diagnostics_text(list, &text, nullptr) != ASSIZE_OK) {
        return std::string();
    }
    const TextHandle held(text);
    return std::string(view(assize_text_str(held.get())));
}

} // namespace detail

/** A call that failed. */
class Error : public std::runtime_error {
  public:
    /** Takes an error of the library over. */
    explicit Error(assize_status status, detail::ErrorHandle error)
        : std::runtime_error(words(status, error.get())), status_(status), offset_(assize_error_offset(error.get())),
          diagnostics_(std::make_shared<const std::vector<Diagnostic>>(
              detail::copy(assize_error_diagnostics(error.get())))),
          rendered_(
              std::make_shared<const std::string>(detail::rendered(assize_error_diagnostics(error.get())))) {}

    /** What kind of failure it is. */
    assize_status status() const noexcept { return status_; }

    /** Of `ASSIZE_UTF8`, the byte at which the text stops being UTF-8; else `SIZE_MAX`. */
    std::size_t offset() const noexcept { return offset_; }

    /** Of `ASSIZE_RULES`, everything that is wrong with the rules. */
    const std::vector<Diagnostic> &diagnostics() const noexcept { return *diagnostics_; }

    /** The diagnostics as people read them, with the underlined source. */
    const std::string &rendered() const noexcept { return *rendered_; }

  private:
    static std::string words(assize_status status, const assize_error *error) {
        const auto message = view(assize_error_message(error));
        return std::string(message.empty() ? view(assize_status_name(static_cast<std::uint32_t>(status))) : message);
    }

    assize_status status_;
    std::size_t offset_;
    // Shared, so that copying the exception cannot throw.
    std::shared_ptr<const std::vector<Diagnostic>> diagnostics_;
    std::shared_ptr<const std::string> rendered_;
};

namespace detail {

/** Receives the error of a call, and throws it. */
class Check {
  public:
    Check() = default;
    Check(const Check &) = delete;
    Check &operator=(const Check &) = delete;
    ~Check() { assize_error_free(error_); }

    assize_error **out() noexcept { return &error_; }

    void operator()(assize_status status) {
        if (status != ASSIZE_OK) {
            throw Error(status, ErrorHandle(std::exchange(error_, nullptr)));
        }
    }

  private:
    assize_error *error_ = nullptr;
};

/** Calls with an error to fill, and throws when the call fails. */
template <typename Call> void checked(Call &&call) {
    Check check;
    check(call(check.out()));
}

/** Calls for an owned text. */
template <typename Call> std::string text(Call &&call) {
    assize_text *made = nullptr;
    checked([&](assize_error **error) { return call(&made, error); });
    const TextHandle held(made);
    return std::string(view(assize_text_str(held.get())));
}

/** Calls for a struct that says its size. */
template <typename T, typename Call> T told(Call &&call) {
    T found = sized<T>();
    checked([&](assize_error **error) { return call(&found, error); });
    return found;
}

/** Calls for a number or a lent text. */
template <typename T, typename Call> T given(Call &&call) {
    T found = T();
    checked([&](assize_error **error) { return call(&found, error); });
    return found;
}

} // namespace detail

/** Names that are lent. */
class Names {
  public:
    class iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = std::string_view;

        explicit iterator(const assize_str *at) noexcept : at_(at) {}
        std::string_view operator*() const noexcept { return view(*at_); }
        iterator &operator++() noexcept {
            ++at_;
            return *this;
        }
        iterator operator++(int) noexcept { return iterator(at_++); }
        bool operator==(const iterator &other) const noexcept { return at_ == other.at_; }
        bool operator!=(const iterator &other) const noexcept { return at_ != other.at_; }

      private:
        const assize_str *at_;
    };

    Names(const assize_str *items, std::size_t count) noexcept : items_(items), count_(count) {}

    iterator begin() const noexcept { return iterator(items_); }
    iterator end() const noexcept { return iterator(items_ + count_); }
    std::size_t size() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }
    std::string_view operator[](std::size_t index) const noexcept { return view(items_[index]); }

  private:
    const assize_str *items_;
    std::size_t count_;
};

/** Ids that are lent. */
class Ids {
  public:
    Ids(const std::uint32_t *items, std::size_t count) noexcept : items_(items), count_(count) {}

    const std::uint32_t *begin() const noexcept { return items_; }
    const std::uint32_t *end() const noexcept { return items_ + count_; }
    std::size_t size() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }
    std::uint32_t operator[](std::size_t index) const noexcept { return items_[index]; }

  private:
    const std::uint32_t *items_;
    std::size_t count_;
};

/** A rule file that is in memory. */
struct Source {
    std::string_view name;
    std::string_view text;
};

/** A checked rule set. Copying gives another handle on the same rules. */
class Rules {
  public:
    /** Takes a handle of assize.h over. */
    explicit Rules(assize_rules *handle) noexcept : handle_(handle) {}

    Rules(const Rules &) = delete;
    Rules &operator=(const Rules &) = delete;
    Rules(Rules &&) noexcept = default;
    Rules &operator=(Rules &&) noexcept = default;

    /** Loads a rule file, and what it imports. */
    static Rules load(std::string_view path) {
        return made([&](assize_rules **out, assize_error **error) {
            return assize_rules_load(path.data(), path.size(), out, error);
        });
    }

    /** Loads several rule files as one rule set, and what they import. */
    static Rules load(const std::vector<std::string_view> &paths) {
        std::vector<assize_str> given;
        given.reserve(paths.size());
        for (const auto path : paths) {
            given.push_back({path.data(), path.size()});
        }
        return made([&](assize_rules **out, assize_error **error) {
            return assize_rules_load_files(given.data(), given.size(), out, error);
        });
    }

    /** Compiles one text; `name` stands for a file name in diagnostics. */
    static Rules compile(std::string_view name, std::string_view source) {
        return made([&](assize_rules **out, assize_error **error) {
            return assize_rules_compile(name.data(), name.size(), source.data(), source.size(), out, error);
        });
    }

    /** Compiles texts that may import each other by their names. */
    static Rules compile(const std::vector<Source> &files) {
        std::vector<assize_source> given;
        given.reserve(files.size());
        for (const auto &file : files) {
            given.push_back({{file.name.data(), file.name.size()}, {file.text.data(), file.text.size()}});
        }
        return made([&](assize_rules **out, assize_error **error) {
            return assize_rules_compile_files(given.data(), given.size(), out, error);
        });
    }

    /** A rule set that differs in the value of a parameter. */
    Rules with_parameter(std::string_view name, std::string_view value) const {
        return made([&](assize_rules **out, assize_error **error) {
            return assize_rules_with_parameter(get(), name.data(), name.size(), value.data(), value.size(), out,
                                               error);
        });
    }

    /** Another handle on the same rules. */
    Rules clone() const {
        return made(
            [&](assize_rules **out, assize_error **error) { return assize_rules_clone(get(), out, error); });
    }

    /** The handle of assize.h, which stays this object's. */
    const assize_rules *get() const noexcept { return handle_.get(); }

    assize_ruleset_info info() const {
        return detail::told<assize_ruleset_info>(
            [&](auto *out, assize_error **error) { return assize_rules_info(get(), out, error); });
    }

    std::vector<Diagnostic> warnings() const { return detail::copy(assize_rules_warnings(get())); }

    std::uint32_t record_count() const noexcept { return assize_rules_record_count(get()); }
    assize_record_info record(std::uint32_t id) const {
        return detail::told<assize_record_info>(
            [&](auto *out, assize_error **error) { return assize_rules_record(get(), id, out, error); });
    }
    std::uint32_t find_record(std::string_view name) const {
        return detail::given<std::uint32_t>([&](auto *out, assize_error **error) {
            return assize_rules_find_record(get(), name.data(), name.size(), out, error);
        });
    }

    assize_field_info field(std::uint32_t record, std::uint32_t id) const {
        return detail::told<assize_field_info>(
            [&](auto *out, assize_error **error) { return assize_rules_field(get(), record, id, out, error); });
    }
    std::uint32_t find_field(std::uint32_t record, std::string_view name) const {
        return detail::given<std::uint32_t>([&](auto *out, assize_error **error) {
            return assize_rules_find_field(get(), record, name.data(), name.size(), out, error);
        });
    }
    std::string_view field_heading(std::uint32_t record, std::uint32_t field, std::uint32_t index) const {
        return view(detail::given<assize_str>([&](auto *out, assize_error **error) {
            return assize_rules_field_heading(get(), record, field, index, out, error);
        }));
    }

    std::uint32_t list_count() const noexcept { return assize_rules_list_count(get()); }
    assize_list_info list(std::uint32_t id) const {
        return detail::told<assize_list_info>(
            [&](auto *out, assize_error **error) { return assize_rules_list(get(), id, out, error); });
    }
    std::uint32_t find_list(std::string_view name) const {
        return detail::given<std::uint32_t>([&](auto *out, assize_error **error) {
            return assize_rules_find_list(get(), name.data(), name.size(), out, error);
        });
    }
    assize_code_info code(std::uint32_t list, std::uint32_t id) const {
        return detail::told<assize_code_info>(
            [&](auto *out, assize_error **error) { return assize_rules_code(get(), list, id, out, error); });
    }
    std::uint32_t find_code(std::uint32_t list, std::string_view name) const {
        return detail::given<std::uint32_t>([&](auto *out, assize_error **error) {
            return assize_rules_find_code(get(), list, name.data(), name.size(), out, error);
        });
    }
    std::string_view code_text(std::uint32_t list, std::uint32_t code, std::uint32_t index) const {
        return view(detail::given<assize_str>([&](auto *out, assize_error **error) {
            return assize_rules_code_text(get(), list, code, index, out, error);
        }));
    }

    std::uint32_t category_count() const noexcept { return assize_rules_category_count(get()); }
    assize_category_info category(std::uint32_t id) const {
        return detail::told<assize_category_info>(
            [&](auto *out, assize_error **error) { return assize_rules_category(get(), id, out, error); });
    }
    std::uint32_t find_category(std::string_view name) const {
        return detail::given<std::uint32_t>([&](auto *out, assize_error **error) {
            return assize_rules_find_category(get(), name.data(), name.size(), out, error);
        });
    }
    assize_criterion_info criterion(std::uint32_t category, std::uint32_t id) const {
        return detail::told<assize_criterion_info>([&](auto *out, assize_error **error) {
            return assize_rules_criterion(get(), category, id, out, error);
        });
    }
    std::uint32_t find_criterion(std::uint32_t category, std::string_view name) const {
        return detail::given<std::uint32_t>([&](auto *out, assize_error **error) {
            return assize_rules_find_criterion(get(), category, name.data(), name.size(), out, error);
        });
    }

    std::uint32_t measure_count() const noexcept { return assize_rules_measure_count(get()); }
    assize_measure_info measure(std::uint32_t id) const {
        return detail::told<assize_measure_info>(
            [&](auto *out, assize_error **error) { return assize_rules_measure(get(), id, out, error); });
    }
    std::uint32_t find_measure(std::string_view name) const {
        return detail::given<std::uint32_t>([&](auto *out, assize_error **error) {
            return assize_rules_find_measure(get(), name.data(), name.size(), out, error);
        });
    }
    std::string_view measure_by(std::uint32_t measure, std::uint32_t index) const {
        return view(detail::given<assize_str>([&](auto *out, assize_error **error) {
            return assize_rules_measure_by(get(), measure, index, out, error);
        }));
    }

    std::uint32_t parameter_count() const noexcept { return assize_rules_parameter_count(get()); }
    assize_parameter_info parameter(std::uint32_t id) const {
        return detail::told<assize_parameter_info>(
            [&](auto *out, assize_error **error) { return assize_rules_parameter(get(), id, out, error); });
    }
    std::uint32_t find_parameter(std::string_view name) const {
        return detail::given<std::uint32_t>([&](auto *out, assize_error **error) {
            return assize_rules_find_parameter(get(), name.data(), name.size(), out, error);
        });
    }

    std::string schema_json() const {
        return detail::text(
            [&](auto *out, assize_error **error) { return assize_rules_schema_json(get(), out, error); });
    }
    std::string test_json() const {
        return detail::text(
            [&](auto *out, assize_error **error) { return assize_rules_test_json(get(), out, error); });
    }

    /** What this rule set declares differently from an older one. */
    std::string changes_text(const Rules &old, bool all = false) const {
        return detail::text([&](auto *out, assize_error **error) {
            return assize_rules_changes_text(old.get(), get(), all, out, error);
        });
    }
    std::string changes_json(const Rules &old) const {
        return detail::text(
            [&](auto *out, assize_error **error) { return assize_rules_changes_json(old.get(), get(), out, error); });
    }

    /** Evaluates in one call: a request in JSON, the results in JSON. */
    std::string evaluate_json(std::string_view request) const {
        return detail::text([&](auto *out, assize_error **error) {
            return assize_evaluate_json(get(), request.data(), request.size(), out, error);
        });
    }

  private:
    template <typename Call> static Rules made(Call &&call) {
        assize_rules *handle = nullptr;
        detail::checked([&](assize_error **error) { return call(&handle, error); });
        return Rules(handle);
    }

    detail::Handle<assize_rules, assize_rules_free> handle_;
};

/** What a category came to. */
struct Outcome {
    assize_state state;
    /** A code, `ASSIZE_NO_CODE` or `ASSIZE_NONE`. */
    std::uint32_t value;
    /** The first of its reasons, a criterion, or `ASSIZE_NONE`. */
    std::uint32_t reason;
};

/** Evaluates one record after another. */
class Session {
  public:
    Session(const Rules &rules, Date as_of) {
        auto options = detail::sized<assize_session_options>();
        options.as_of = as_of;
        assize_session *handle = nullptr;
        detail::checked(
            [&](assize_error **error) { return assize_session_new(rules.get(), &options, &handle, error); });
        handle_.reset(handle);
    }

    /** The handle of assize.h, which stays this object's. */
    assize_session *get() const noexcept { return handle_.get(); }

    Rules rules() const {
        return Rules(detail::given<assize_rules *>(
            [&](auto *out, assize_error **error) { return assize_session_rules(get(), out, error); }));
    }

    void set_as_of(Date as_of) {
        call([&](assize_error **error) { return assize_session_set_as_of(get(), as_of, error); });
    }
    void begin(std::uint32_t record) {
        call([&](assize_error **error) { return assize_session_begin(get(), record, error); });
    }
    /** Adds a child to a row, and gives its number. */
    std::uint32_t child(std::uint32_t parent, std::uint32_t field) {
        return detail::given<std::uint32_t>([&](auto *out, assize_error **error) {
            return assize_session_child(get(), parent, field, out, error);
        });
    }

    void set_boolean(std::uint32_t row, std::uint32_t field, bool value) {
        call([&](assize_error **error) { return assize_session_set_boolean(get(), row, field, value, error); });
    }
    void set_integer(std::uint32_t row, std::uint32_t field, std::int64_t value) {
        call([&](assize_error **error) { return assize_session_set_integer(get(), row, field, value, error); });
    }
    void set_decimal(std::uint32_t row, std::uint32_t field, std::string_view value) {
        call([&](assize_error **error) {
            return assize_session_set_decimal_text(get(), row, field, value.data(), value.size(), error);
        });
    }
    void set_decimal(std::uint32_t row, std::uint32_t field, std::int64_t coefficient, std::uint32_t scale) {
        call([&](assize_error **error) {
            return assize_session_set_decimal_scaled(get(), row, field, coefficient, scale, error);
        });
    }
    void set_date(std::uint32_t row, std::uint32_t field, Date value) {
        call([&](assize_error **error) {
            return assize_session_set_date_ymd(get(), row, field, value.year, value.month, value.day, error);
        });
    }
    void set_date_days(std::uint32_t row, std::uint32_t field, std::int32_t days) {
        call([&](assize_error **error) { return assize_session_set_date_days(get(), row, field, days, error); });
    }
    void set_time(std::uint32_t row, std::uint32_t field, std::int64_t microseconds) {
        call([&](assize_error **error) { return assize_session_set_time(get(), row, field, microseconds, error); });
    }
    void set_datetime(std::uint32_t row, std::uint32_t field, std::int64_t microseconds) {
        call([&](assize_error **error) {
            return assize_session_set_datetime(get(), row, field, microseconds, error);
        });
    }
    void set_duration_calendar(std::uint32_t row, std::uint32_t field, std::int32_t months, std::int32_t days) {
        call([&](assize_error **error) {
            return assize_session_set_duration_calendar(get(), row, field, months, days, error);
        });
    }
    void set_duration_clock(std::uint32_t row, std::uint32_t field, std::int64_t microseconds) {
        call([&](assize_error **error) {
            return assize_session_set_duration_clock(get(), row, field, microseconds, error);
        });
    }
    void set_code(std::uint32_t row, std::uint32_t field, std::uint32_t code) {
        call([&](assize_error **error) { return assize_session_set_code(get(), row, field, code, error); });
    }
    void set_code(std::uint32_t row, std::uint32_t field, std::string_view name) {
        call([&](assize_error **error) {
            return assize_session_set_code_name(get(), row, field, name.data(), name.size(), error);
        });
    }
    void set_text(std::uint32_t row, std::uint32_t field, std::string_view value) {
        call([&](assize_error **error) {
            return assize_session_set_text(get(), row, field, value.data(), value.size(), error);
        });
    }
    void set_codes(std::uint32_t row, std::uint32_t field, const std::vector<std::uint32_t> &codes) {
        call([&](assize_error **error) {
            return assize_session_set_codes(get(), row, field, codes.data(), codes.size(), error);
        });
    }
    void set_texts(std::uint32_t row, std::uint32_t field, const std::vector<std::string_view> &texts) {
        std::vector<assize_str> given;
        given.reserve(texts.size());
        for (const auto text : texts) {
            given.push_back({text.data(), text.size()});
        }
        call([&](assize_error **error) {
            return assize_session_set_texts(get(), row, field, given.data(), given.size(), error);
        });
    }
    void set_integer_range(std::uint32_t row, std::uint32_t field, std::optional<std::int64_t> lower,
                           std::optional<std::int64_t> upper) {
        call([&](assize_error **error) {
            return assize_session_set_integer_range(get(), row, field, lower ? &*lower : nullptr,
                                                    upper ? &*upper : nullptr, error);
        });
    }
    /** An empty text is an open end. */
    void set_decimal_range(std::uint32_t row, std::uint32_t field, std::string_view lower, std::string_view upper) {
        call([&](assize_error **error) {
            return assize_session_set_decimal_range(get(), row, field, lower.data(), lower.size(), upper.data(),
                                                    upper.size(), error);
        });
    }
    void set_missing(std::uint32_t row, std::uint32_t field, assize_reason reason = ASSIZE_REASON_UNKNOWN) {
        call([&](assize_error **error) {
            return assize_session_set_missing(get(), row, field, static_cast<std::uint32_t>(reason), error);
        });
    }
    void set_unreadable(std::uint32_t row, std::uint32_t field) {
        call([&](assize_error **error) { return assize_session_set_unreadable(get(), row, field, error); });
    }
    /** Reads a cell as one of a table is read. */
    void set_cell(std::uint32_t row, std::uint32_t field, std::string_view cell) {
        call([&](assize_error **error) {
            return assize_session_set_cell(get(), row, field, cell.data(), cell.size(), error);
        });
    }
    /** Begins a record and fills it from a JSON object. */
    void set_json(std::uint32_t record, std::string_view json) {
        call([&](assize_error **error) {
            return assize_session_set_json(get(), record, json.data(), json.size(), error);
        });
    }

    Outcome evaluate(std::uint32_t category) {
        auto found = detail::sized<assize_outcome>();
        call([&](assize_error **error) { return assize_session_evaluate(get(), category, &found, error); });
        return {found.state, found.value, found.reason};
    }

    /** The name of the value of the last outcome, `none`, or empty where there is no value. */
    std::string_view value_name() const {
        return view(detail::given<assize_str>(
            [&](auto *out, assize_error **error) { return assize_session_value_name(get(), out, error); }));
    }
    Names values() const { return names(assize_session_values); }
    Names because() const { return names(assize_session_because); }
    Ids because_ids() const { return ids(assize_session_because_ids); }
    Names possible() const { return names(assize_session_possible); }
    Ids possible_ids() const { return ids(assize_session_possible_ids); }
    Names missing() const { return names(assize_session_missing); }
    std::string_view outcome_error() const {
        return view(detail::given<assize_str>(
            [&](auto *out, assize_error **error) { return assize_session_outcome_error(get(), out, error); }));
    }

    /** The outcome of a category as JSON, lent until the session is next used other than by getters. */
    std::string_view outcome_json(std::uint32_t category, std::string_view key) {
        return view(detail::given<assize_str>([&](auto *out, assize_error **error) {
            return assize_session_outcome_json(get(), category, key.data(), key.size(), out, error);
        }));
    }
    std::string explain_text(std::uint32_t category, std::string_view key) {
        return detail::text([&](auto *out, assize_error **error) {
            return assize_session_explain_text(get(), category, key.data(), key.size(), out, error);
        });
    }
    std::string explain_json(std::uint32_t category, std::string_view key) {
        return detail::text([&](auto *out, assize_error **error) {
            return assize_session_explain_json(get(), category, key.data(), key.size(), out, error);
        });
    }

    std::size_t fault_count() const noexcept { return assize_session_fault_count(get()); }
    assize_fault fault(std::size_t index) const {
        return detail::told<assize_fault>(
            [&](auto *out, assize_error **error) { return assize_session_fault(get(), index, out, error); });
    }

  private:
    template <typename Call> void call(Call &&body) { detail::checked(std::forward<Call>(body)); }

    template <typename T>
    using Getter = assize_status (*)(assize_session *, const T **, std::size_t *, assize_error **);

    Names names(Getter<assize_str> getter) const {
        const assize_str *items = nullptr;
        std::size_t count = 0;
        detail::checked([&](assize_error **error) { return getter(get(), &items, &count, error); });
        return Names(items, count);
    }
    Ids ids(Getter<std::uint32_t> getter) const {
        const std::uint32_t *items = nullptr;
        std::size_t count = 0;
        detail::checked([&](assize_error **error) { return getter(get(), &items, &count, error); });
        return Ids(items, count);
    }

    detail::Handle<assize_session, assize_session_free> handle_;
};

/** The results of an evaluation. */
class Results {
  public:
    /** Takes a handle of assize.h over. */
    explicit Results(assize_results *handle) noexcept : handle_(handle) {}

    /** The handle of assize.h, which stays this object's. */
    const assize_results *get() const noexcept { return handle_.get(); }

    std::string json(bool exact = false) const {
        return detail::text(
            [&](auto *out, assize_error **error) { return assize_results_json(get(), exact, out, error); });
    }
    /** Who moved since the results of older rules over the same data, and what the measures do. */
    std::string compare_text(const Results &old, std::uint32_t examples = 10, bool all = false) const {
        return detail::text([&](auto *out, assize_error **error) {
            return assize_results_compare_text(old.get(), get(), examples, all, out, error);
        });
    }
    std::string compare_json(const Results &old, std::uint32_t examples = 10) const {
        return detail::text([&](auto *out, assize_error **error) {
            return assize_results_compare_json(old.get(), get(), examples, out, error);
        });
    }
    bool has_record_errors() const noexcept { return assize_results_has_record_errors(get()); }

    /** How many rows of a record were read, and how many faults they have. */
    std::pair<std::uint64_t, std::uint64_t> read(std::uint32_t record) const {
        std::uint64_t rows = 0;
        std::uint64_t faults = 0;
        detail::checked([&](assize_error **error) {
            return assize_results_read(get(), record, &rows, &faults, error);
        });
        return {rows, faults};
    }

    /** Tables as Arrow streams, which are the caller's to release. */
    ArrowArrayStream category_stream(std::uint32_t category) const {
        return detail::given<ArrowArrayStream>([&](auto *out, assize_error **error) {
            return assize_results_category_stream(get(), category, out, error);
        });
    }
    ArrowArrayStream measure_stream(std::uint32_t measure) const {
        return detail::given<ArrowArrayStream>([&](auto *out, assize_error **error) {
            return assize_results_measure_stream(get(), measure, out, error);
        });
    }
    ArrowArrayStream charts_stream(std::uint32_t measure) const {
        return detail::given<ArrowArrayStream>([&](auto *out, assize_error **error) {
            return assize_results_charts_stream(get(), measure, out, error);
        });
    }
    ArrowArrayStream audit_stream(std::uint32_t measure) const {
        return detail::given<ArrowArrayStream>([&](auto *out, assize_error **error) {
            return assize_results_audit_stream(get(), measure, out, error);
        });
    }
    ArrowArrayStream indicators_stream() const {
        return detail::given<ArrowArrayStream>(
            [&](auto *out, assize_error **error) { return assize_results_indicators_stream(get(), out, error); });
    }
    ArrowArrayStream evaluations_stream() const {
        return detail::given<ArrowArrayStream>(
            [&](auto *out, assize_error **error) { return assize_results_evaluations_stream(get(), out, error); });
    }
    ArrowArrayStream matrix_stream() const {
        return detail::given<ArrowArrayStream>(
            [&](auto *out, assize_error **error) { return assize_results_matrix_stream(get(), out, error); });
    }
    ArrowArrayStream errors_stream() const {
        return detail::given<ArrowArrayStream>(
            [&](auto *out, assize_error **error) { return assize_results_errors_stream(get(), out, error); });
    }
    ArrowArrayStream members_stream() const {
        return detail::given<ArrowArrayStream>(
            [&](auto *out, assize_error **error) { return assize_results_members_stream(get(), out, error); });
    }

  private:
    detail::Handle<assize_results, assize_results_free> handle_;
};

/** An evaluation over tables: set up, then run once. */
class Evaluation {
  public:
    Evaluation(const Rules &rules, Date as_of) : Evaluation(rules, options(as_of)) {}

    /** With options of assize.h; `struct_size` is set here. */
    Evaluation(const Rules &rules, assize_evaluation_options options) {
        options.struct_size = sizeof(options);
        assize_evaluation *handle = nullptr;
        detail::checked(
            [&](assize_error **error) { return assize_evaluation_new(rules.get(), &options, &handle, error); });
        handle_.reset(handle);
    }

    /** The handle of assize.h, which stays this object's. */
    assize_evaluation *get() const noexcept { return handle_.get(); }

    Evaluation &set_parameter(std::string_view name, std::string_view value) {
        detail::checked([&](assize_error **error) {
            return assize_evaluation_set_parameter(get(), name.data(), name.size(), value.data(), value.size(), error);
        });
        return *this;
    }
    Evaluation &data_path(std::uint32_t record, std::string_view path) {
        detail::checked([&](assize_error **error) {
            return assize_evaluation_data_path(get(), record, path.data(), path.size(), error);
        });
        return *this;
    }
    Evaluation &data_bytes(std::uint32_t record, std::string_view format, std::string_view content) {
        detail::checked([&](assize_error **error) {
            return assize_evaluation_data_bytes(get(), record, format.data(), format.size(), content.data(),
                                                content.size(), error);
        });
        return *this;
    }
    /** Takes the stream over. */
    Evaluation &data_stream(std::uint32_t record, ArrowArrayStream &stream) {
        detail::checked([&](assize_error **error) {
            return assize_evaluation_data_stream(get(), record, &stream, error);
        });
        return *this;
    }
    /** Takes both over. */
    Evaluation &data_array(std::uint32_t record, ArrowSchema &schema, ArrowArray &array) {
        detail::checked([&](assize_error **error) {
            return assize_evaluation_data_array(get(), record, &schema, &array, error);
        });
        return *this;
    }
    Evaluation &only(std::string_view name) {
        detail::checked([&](assize_error **error) {
            return assize_evaluation_only(get(), name.data(), name.size(), error);
        });
        return *this;
    }
    Evaluation &members(std::string_view measure) {
        detail::checked([&](assize_error **error) {
            return assize_evaluation_members(get(), measure.data(), measure.size(), error);
        });
        return *this;
    }
    /** Has a function told how many rows were worked out; it returns whether to go on. What it throws comes out of the
     * run. */
    Evaluation &on_progress(std::function<bool(std::uint64_t)> progress) {
        auto held = std::make_unique<Progress>(Progress{std::move(progress), nullptr});
        detail::checked([&](assize_error **error) {
            return assize_evaluation_progress(get(), &Progress::told, held.get(), error);
        });
        progress_ = std::move(held);
        return *this;
    }

    Results run() {
        return Results(finished<assize_results *>(
            [&](auto *out, assize_error **error) { return assize_evaluation_run(get(), out, error); }));
    }
    /** Explains the record of a key; with an empty category, all of its categories. */
    std::string explain_text(std::string_view key, std::string_view category = {}) {
        return owned(finished<assize_text *>([&](auto *out, assize_error **error) {
            return assize_evaluation_explain_text(get(), key.data(), key.size(), category.data(), category.size(),
                                                  out, error);
        }));
    }
    std::string explain_json(std::string_view key, std::string_view category = {}) {
        return owned(finished<assize_text *>([&](auto *out, assize_error **error) {
            return assize_evaluation_explain_json(get(), key.data(), key.size(), category.data(), category.size(),
                                                  out, error);
        }));
    }

  private:
    struct Progress {
        std::function<bool(std::uint64_t)> function;
        std::exception_ptr thrown;

        static std::int32_t told(void *context, std::uint64_t rows) noexcept {
            auto *self = static_cast<Progress *>(context);
            try {
                return self->function(rows) ? 0 : 1;
            } catch (...) {
                self->thrown = std::current_exception();
                return 1;
            }
        }
    };

    static assize_evaluation_options options(Date as_of) noexcept {
        auto made = detail::sized<assize_evaluation_options>();
        made.as_of = as_of;
        return made;
    }

    static std::string owned(assize_text *text) {
        const detail::TextHandle held(text);
        return std::string(view(assize_text_str(held.get())));
    }

    template <typename T, typename Call> T finished(Call &&call) {
        T found = T();
        detail::Check check;
        const auto status = call(&found, check.out());
        if (progress_ != nullptr && progress_->thrown != nullptr) {
            std::rethrow_exception(std::exchange(progress_->thrown, nullptr));
        }
        check(status);
        return found;
    }

    // The handle goes first, since it knows the function.
    std::unique_ptr<Progress> progress_;
    detail::Handle<assize_evaluation, assize_evaluation_free> handle_;
};

/** The rule sets of a folder. */
class Store {
  public:
    /** Opens a folder, and loads its rule files. */
    explicit Store(std::string_view folder) {
        assize_store *handle = nullptr;
        detail::checked([&](assize_error **error) {
            return assize_store_open(folder.data(), folder.size(), &handle, error);
        });
        handle_.reset(handle);
    }

    /** The handle of assize.h, which stays this object's. */
    const assize_store *get() const noexcept { return handle_.get(); }

    /** Looks at the folder again. */
    assize_reload reload() const {
        return detail::told<assize_reload>(
            [&](auto *out, assize_error **error) { return assize_store_reload(get(), out, nullptr, error); });
    }
    /** Looks at the folder again, and tells in JSON what came of it. */
    std::string reload_json() const {
        return detail::text(
            [&](auto *out, assize_error **error) { return assize_store_reload(get(), nullptr, out, error); });
    }
    /** The rules in force on a day; `name` may be empty where there is one rule set. */
    Rules rules(std::string_view name, Date as_of) const {
        return Rules(detail::given<assize_rules *>([&](auto *out, assize_error **error) {
            return assize_store_rules(get(), name.data(), name.size(), as_of, out, error);
        }));
    }
    /** Why contents of files are not in force: each file with its error. */
    std::vector<std::pair<std::string, Error>> faults() const {
        std::vector<std::pair<std::string, Error>> found;
        for (std::size_t index = 0;; ++index) {
            assize_text *path = nullptr;
            assize_error *fault = nullptr;
            detail::Check check;
            const auto status = assize_store_fault(get(), index, &path, &fault, check.out());
            if (status == ASSIZE_NOT_FOUND) {
                return found;
            }
            check(status);
            const detail::TextHandle held(path);
            detail::ErrorHandle error(fault);
            const auto kind = assize_error_status(error.get());
            found.emplace_back(std::string(view(assize_text_str(held.get()))), Error(kind, std::move(error)));
        }
    }
    std::string versions_json() const {
        return detail::text(
            [&](auto *out, assize_error **error) { return assize_store_versions_json(get(), out, error); });
    }

  private:
    detail::Handle<assize_store, assize_store_free> handle_;
};

} // namespace assize

#endif
