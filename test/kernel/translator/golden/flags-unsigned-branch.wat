;; An unsigned comparison of bytes that a branch reads.
;; 0x00001000  3c 09                 cmp al, 0x9
    local.get $eax
    i32.extend8_s
    local.tee $flags.a
    i32.const 9
    local.tee $flags.b
    i32.sub
    i32.extend8_s
    local.tee $flags.result
    drop
;; 0x00001002  77 02                 ja short 0x1006
    local.get $flags.a
    local.get $flags.b
    i32.gt_u
    if $4
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      br $3
    end
;; 0x00001000  3c 09                 cmp al, 0x9
;; 0x00001004  04 30                 add al, 0x30
    local.get $eax
    i32.extend8_s
    i32.const 48
    i32.add
    i32.const 255
    i32.and
    local.get $eax
    i32.const -256
    i32.and
    i32.or
    local.set $eax
    local.get $fuel
    i32.const -3
    i32.add
    local.set $fuel
    br $3
    unreachable
    unreachable
  end
;; 0x00001006  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -1
  i32.add
  local.set $fuel
  local.get $fuel
  i64.extend_i32_u
  i64.const 32
  i64.shl
  local.get $eip
  i64.extend_i32_u
  i64.or
  local.get $eax
  return
  unreachable
