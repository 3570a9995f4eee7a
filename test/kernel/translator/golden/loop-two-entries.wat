;; A loop with two ways in, as compilers make by threading jumps: both go through a dispatch.
;; 0x00001000  85 c0                 test eax, eax
    local.get $eax
    local.tee $flags.a
    local.get $eax
    local.tee $flags.b
    i32.and
    local.tee $flags.result
    drop
;; 0x00001002  74 02                 je short 0x1006
    local.get $flags.result
    i32.const 0
    i32.eq
    if $4
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      br $3
    end
;; 0x00001000  85 c0                 test eax, eax
;; 0x00001004  01 cb                 add ebx, ecx
    local.get $ebx
    local.get $ecx
    i32.add
    local.set $ebx
    local.get $fuel
    i32.const -3
    i32.add
    local.set $fuel
    br $3
    unreachable
    unreachable
  end
  loop $5
    local.get $fuel
    i32.const 0
    i32.le_s
    if $6
      i32.const 4102
      local.set $eip
      local.get $stack
      local.set $esp
      i32.const 6939
      local.set $place
      br $1
    end
    block $7
;; 0x00001006  49                    dec ecx
      local.get $ecx
      i32.const 1
      i32.sub
      local.tee $flags.result
      local.set $ecx
;; 0x00001007  75 fb                 jne short 0x1004
      local.get $flags.result
      i32.eqz
      i32.eqz
      if $8
;; 0x00001004  01 cb                 add ebx, ecx
        local.get $ebx
        local.get $ecx
        i32.add
        local.set $ebx
;; 0x00001006  49                    dec ecx
        local.get $ecx
        i32.const 1
        i32.sub
        local.tee $flags.result
        local.set $ecx
;; 0x00001007  75 fb                 jne short 0x1004
        local.get $flags.result
        i32.eqz
        i32.eqz
        if $9
;; 0x00001004  01 cb                 add ebx, ecx
          local.get $ebx
          local.get $ecx
          i32.add
          local.set $ebx
;; 0x00001006  49                    dec ecx
          local.get $ecx
          i32.const 1
          i32.sub
          local.tee $flags.result
          local.set $ecx
;; 0x00001007  75 fb                 jne short 0x1004
          local.get $flags.result
          i32.eqz
          i32.eqz
          if $10
;; 0x00001004  01 cb                 add ebx, ecx
            local.get $ebx
            local.get $ecx
            i32.add
            local.set $ebx
;; 0x00001006  49                    dec ecx
            local.get $ecx
            i32.const 1
            i32.sub
            local.tee $flags.result
            local.set $ecx
;; 0x00001007  75 fb                 jne short 0x1004
            local.get $flags.result
            i32.eqz
            i32.eqz
            if $11
;; 0x00001004  01 cb                 add ebx, ecx
              local.get $ebx
              local.get $ecx
              i32.add
              local.set $ebx
;; 0x00001006  49                    dec ecx
              local.get $ecx
              i32.const 1
              i32.sub
              local.tee $flags.result
              local.set $ecx
;; 0x00001007  75 fb                 jne short 0x1004
              local.get $flags.result
              i32.eqz
              i32.eqz
              if $12
;; 0x00001004  01 cb                 add ebx, ecx
                local.get $ebx
                local.get $ecx
                i32.add
                local.set $ebx
;; 0x00001006  49                    dec ecx
                local.get $ecx
                i32.const 1
                i32.sub
                local.tee $flags.result
                local.set $ecx
;; 0x00001007  75 fb                 jne short 0x1004
                local.get $flags.result
                i32.eqz
                i32.eqz
                if $13
;; 0x00001004  01 cb                 add ebx, ecx
                  local.get $ebx
                  local.get $ecx
                  i32.add
                  local.set $ebx
                  local.get $fuel
                  i32.const -18
                  i32.add
                  local.set $fuel
                  br $5
                  unreachable
                end
;; 0x00001006  49                    dec ecx
                local.get $fuel
                i32.const -17
                i32.add
                local.set $fuel
                br $7
                unreachable
                unreachable
              end
              local.get $fuel
              i32.const -14
              i32.add
              local.set $fuel
              br $7
              unreachable
              unreachable
            end
            local.get $fuel
            i32.const -11
            i32.add
            local.set $fuel
            br $7
            unreachable
            unreachable
          end
          local.get $fuel
          i32.const -8
          i32.add
          local.set $fuel
          br $7
          unreachable
          unreachable
        end
        local.get $fuel
        i32.const -5
        i32.add
        local.set $fuel
        br $7
        unreachable
        unreachable
      end
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      br $7
      unreachable
    end
;; 0x00001009  89 d8                 mov eax, ebx
    local.get $ebx
    local.set $eax
;; 0x0000100b  c3                    ret
    local.get $stack
    i32.load
    local.set $eip
    local.get $fuel
    i32.const -2
    i32.add
    local.set $fuel
    local.get $ecx
    global.set $ecx
    local.get $ebx
    global.set $ebx
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
  end
