;; Scalar SSE2: doubles from and to memory, a comparison, conversions.
;; 0x00001000  f2 0f 10 05 00 20 00 00 movsd xmm0, [0x2000]
    i32.const 8192
    f64.load
    local.set $xmm0
    i64.const 0
    local.set $xmm0.high
;; 0x00001008  f2 0f 58 c1           addsd xmm0, xmm1
    local.get $xmm0
    local.set $local27
    local.get $xmm1
    local.set $local28
    local.get $local27
    local.get $local28
    f64.add
    local.set $local29
    local.get $local29
    local.set $xmm0
;; 0x0000100c  66 0f 2e c2           ucomisd xmm0, xmm2
    local.get $xmm2
    local.set $local30
    local.get $local29
    local.set $local31
    local.get $local30
    local.set $local32
    local.get $local29
    local.get $local29
    f64.le
    i32.eqz
    if $5
      local.get $local27
      local.get $local28
      f64.add
      local.set $local29
      local.get $local29
      local.get $local29
      f64.le
      i32.eqz
      if $6
        local.get $local27
        local.get $local28
        local.get $local27
        local.get $local27
        f64.le
        i32.eqz
        select
        local.tee $local29
        i64.reinterpret_f64
        i64.const 2251799813685248
        i64.or
        i64.const -2251799813685248
        local.get $local29
        local.get $local29
        f64.le
        i32.eqz
        select
        f64.reinterpret_i64
        local.set $local29
      end
      local.get $local29
      local.set $xmm0
    end
;; 0x00001010  77 04                 ja short 0x1016
    local.get $local31
    local.get $local32
    f64.gt
    if $7
      local.get $fuel
      i32.const -4
      i32.add
      local.set $fuel
      br $4
    end
;; 0x00001000  f2 0f 10 05 00 20 00 00 movsd xmm0, [0x2000]
;; 0x00001012  f2 0f 59 c0           mulsd xmm0, xmm0
    local.get $xmm0
    local.set $local33
    local.get $xmm0
    local.set $local34
    local.get $local33
    local.get $local34
    f64.mul
    local.set $local35
    local.get $local35
    local.set $xmm0
    local.get $local35
    local.get $local35
    f64.le
    i32.eqz
    if $8
      local.get $local33
      local.get $local34
      f64.mul
      local.set $local35
      local.get $local35
      local.get $local35
      f64.le
      i32.eqz
      if $9
        local.get $local33
        local.get $local34
        local.get $local33
        local.get $local33
        f64.le
        i32.eqz
        select
        local.tee $local35
        i64.reinterpret_f64
        i64.const 2251799813685248
        i64.or
        i64.const -2251799813685248
        local.get $local35
        local.get $local35
        f64.le
        i32.eqz
        select
        f64.reinterpret_i64
        local.set $local35
      end
      local.get $local35
      local.set $xmm0
    end
    local.get $fuel
    i32.const -5
    i32.add
    local.set $fuel
    br $4
    unreachable
    unreachable
  end
;; 0x00001016  f2 0f 2c c0           cvttsd2si eax, xmm0
  local.get $xmm0
  local.set $local37
  local.get $local37
  local.set $local36
  local.get $local36
  i32.trunc_sat_f64_s
  i32.const -2147483648
  local.get $local36
  f64.const 2147483648
  f64.lt
  local.get $local36
  f64.const -2147483649
  f64.gt
  i32.and
  select
  local.set $eax
;; 0x0000101a  f2 0f 11 03           movsd [ebx], xmm0
  local.get $ebx
  local.get $xmm0
  f64.store
;; 0x0000101e  c3                    ret
  local.get $xmm0
  global.set 14
  local.get $xmm0.high
  global.set 22
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -3
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
